using System.Diagnostics;

namespace VirtTools.GuestTests.Libvirt;

/// <summary>
/// A libvirt.so.0 that is libvirt's own but for secrets, of which it keeps one: libvirt's test driver keeps none, and the services that do need the
/// whole host. A command that has its folder in LD_LIBRARY_PATH loads it.
/// </summary>
internal static class PlayedSecrets
{
    private const string Source = """
        #include <stdlib.h>
        #include <string.h>

        static char secret;

        void *virSecretLookupByUUIDString (void *connection, const char *uuid)
        {
          return strcmp (uuid, "SECRET_UUID") == 0 ? &secret : NULL;
        }

        unsigned char *virSecretGetValue (void *found, size_t *size, unsigned int flags)
        {
          unsigned char *value = malloc (sizeof "SECRET_VALUE" - 1);
          memcpy (value, "SECRET_VALUE", sizeof "SECRET_VALUE" - 1);
          *size = sizeof "SECRET_VALUE" - 1;
          return found == &secret ? value : NULL;
        }

        int virSecretFree (void *found)
        {
          return found == &secret ? 0 : -1;
        }
        """;

    /// <summary>Makes it in a folder.</summary>
    public static void Make(string folder, string uuid, string value)
    {
        File.WriteAllText($"{folder}/secrets.c", Source.Replace("SECRET_UUID", uuid, StringComparison.Ordinal).Replace("SECRET_VALUE", value, StringComparison.Ordinal));
        File.WriteAllText($"{folder}/empty.c", "");

        // Linked with a library that has no name of its own, so that the loader goes by the path, where libvirt lies then: it would take two libraries of one name for one.
        Compile("-o", $"{folder}/real.so", $"{folder}/empty.c");
        Compile("-Wl,--no-as-needed", "-o", $"{folder}/libvirt.so.0", $"{folder}/secrets.c", $"{folder}/real.so");
        File.Copy("/usr/lib/x86_64-linux-gnu/libvirt.so.0", $"{folder}/real.so", overwrite: true);
    }

    private static void Compile(params string[] arguments)
    {
        using var compiler = Process.Start("clang", ["-shared", "-fPIC", .. arguments]);
        compiler.WaitForExit();
        Assert.Equal(0, compiler.ExitCode);
    }
}
