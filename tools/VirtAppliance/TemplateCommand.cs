using System.CommandLine;
using VirtTools.Launch.Templates;
using VirtTools.Posix;

namespace VirtTools.Appliance.Command;

/// <summary>virt-appliance template: shows the templates from which appliances are resumed, or makes them anew.</summary>
internal static class TemplateCommand
{
    private const int BlockSize = 512;
    private const int MegaByte = 1024 * 1024;

    public static System.CommandLine.Command Declare(TextWriter output, TextWriter error, CancellationToken cancellationToken)
    {
        var rebuild = new Option<bool>("--rebuild")
        {
            Description = "Delete all templates and make the usual one anew. They are made anew by themselves after a week, and when QEMU or the appliance changes.",
        };
        var command = new System.CommandLine.Command("template", "List the prepared appliances from which commands start in a moment.") { rebuild };
        command.SetAction(parsed =>
        {
            var cache = CacheFolder.Open();
            var store = TemplateStore.Open(cache.Path) ?? throw new ApplianceException($"{cache.Path} cannot hold templates; set LIBGUESTFS_CACHEDIR to a folder of your own");
            if (parsed.GetValue(rebuild))
            {
                Rebuild(store, error, cancellationToken);
            }

            foreach (var folder in store.Folders())
            {
                output.WriteLine(Describe(folder));
            }

            return 0;
        });
        return command;
    }

    private static void Rebuild(TemplateStore store, TextWriter error, CancellationToken cancellationToken)
    {
        store.DeleteAll();
        var made = BuildProgressBar.Run(error, progress =>
        {
            using var handle = new Guestfs();
            handle.AddEventHandler(GuestEvents.Progress, happened =>
            {
                if (happened.Progress is { } step)
                {
                    progress.Report(new(happened.Message, (double)step.Position / step.Total));
                }
            });
            using var interruption = cancellationToken.Register(handle.KillSubprocess);
            handle.Launch();
            if (handle.IsUnderKvm && !handle.IsResumed)
            {
                ResumeTrial.Run(cancellationToken);
            }

            return store.Folders().Count > 0;
        });
        if (!made)
        {
            throw new ApplianceException("this configuration boots its appliance each time: run a command with -v, which says why");
        }
    }

    private static string Describe(string folder)
    {
        using var template = Template.TryOpen(folder, out var objection);
        return template is null
            ? $"{folder}: of no use: {objection ?? "it is gone"}"
            : $"{folder}: QEMU {template.Manifest.QemuVersion}, made {DateTimeOffset.FromUnixTimeSeconds(template.Manifest.Made):yyyy-MM-dd HH:mm}Z, "
                + $"{Descriptors.Stat(template.Memory).Blocks * BlockSize / MegaByte} MB";
    }
}
