using VirtTools.CommandLine.Output;
using VirtTools.CommandLine.Running;
using VirtTools.Images;

namespace VirtTools.CommandLine.Guests;

/// <summary>Tells failures on one file from those that end all work, and says them in a sentence.</summary>
internal static class GuestFailure
{
    /// <summary>
    /// Whether the guest answered that this file is the trouble; false where the appliance itself is gone, or where our own output failed, which the
    /// handle reports with the stream's exception inside.
    /// </summary>
    public static bool IsAboutFile(GuestfsException failure) =>
        OutputFailedException.Behind(failure) is null
        && failure.ErrnoName is "ENOENT" or "ENOTDIR" or "EISDIR" or "EACCES" or "EPERM" or "ELOOP" or "EIO" or "EINVAL" or "ENAMETOOLONG" or "ENXIO"
            or "ENODEV" or "EUCLEAN" or "EBADMSG" or "EOVERFLOW" or "ESTALE";

    /// <summary>The same for whatever a path of the command line may cause.</summary>
    public static bool IsAboutFile(Exception failure) =>
        failure is GuestPathException || (failure is GuestfsException reported && IsAboutFile(reported));

    /// <summary>Whether the appliance ended or had to be ended, so that nothing more can be asked of the guest.</summary>
    public static bool IsApplianceGone(GuestfsException failure) => failure.ErrnoName is "ENOTCONN" or "EPROTO";

    /// <summary>Of a disk that another process writes: what the library says names a way out that commands which write do not have.</summary>
    public static CommandFailedException InUse(string path) => new($"{path}: in use by another process, such as a running guest; shut that down first");

    /// <summary>Of an image that is to be written: what to do, where the library would also have it added read-only.</summary>
    /// <returns>Null for other failures.</returns>
    public static CommandFailedException? NotWritable(GuestfsException failure) =>
        failure.InnerException is ImageException { ForWriting: { } sentence } ? new(sentence) : null;

    /// <summary>What is wrong with a file that the command line names.</summary>
    public static string Describe(Exception failure, string path) =>
        failure is GuestfsException reported ? Describe(reported, path) : failure.Message;

    /// <summary>What is wrong with a file of the guest.</summary>
    public static string Describe(GuestfsException failure, string path) => failure.ErrnoName switch
    {
        "ENOENT" => $"no such file in the guest: {path}",
        "EISDIR" => $"a directory, not a file: {path}",
        "ENOTDIR" => $"something on the way is not a directory: {path}",
        "ELOOP" => $"symbolic links that lead in a circle: {path}",
        "EINVAL" when !path.StartsWith('/') => $"not an absolute path: {path}",
        _ => failure.Message.Contains(path, StringComparison.Ordinal) ? failure.Message : $"{path}: {failure.Message}",
    };
}
