namespace VirtTools.Posix;

/// <summary>Error numbers of Linux by name. The numbers are those of x86_64; the names are what crosses the wire and what messages show.</summary>
internal static class Errno
{
    public const int EPERM = 1;
    public const int ENOENT = 2;
    public const int EINTR = 4;
    public const int EIO = 5;
    public const int ENXIO = 6;
    public const int EBADF = 9;
    public const int ECHILD = 10;
    public const int EAGAIN = 11;
    public const int ENOMEM = 12;
    public const int EACCES = 13;
    public const int EBUSY = 16;
    public const int EEXIST = 17;
    public const int EXDEV = 18;
    public const int ENODEV = 19;
    public const int ENOTDIR = 20;
    public const int EISDIR = 21;
    public const int EINVAL = 22;
    public const int EMFILE = 24;
    public const int ENOTTY = 25;
    public const int EFBIG = 27;
    public const int ENOSPC = 28;
    public const int ESPIPE = 29;
    public const int EROFS = 30;
    public const int EPIPE = 32;
    public const int ERANGE = 34;
    public const int ENAMETOOLONG = 36;
    public const int ENOSYS = 38;
    public const int ENOTEMPTY = 39;
    public const int ELOOP = 40;
    public const int ENODATA = 61;
    public const int EPROTO = 71;
    public const int EOVERFLOW = 75;
    public const int ENOTSUP = 95;
    public const int ECONNRESET = 104;
    public const int ETIMEDOUT = 110;
    public const int ECANCELED = 125;

    /// <summary>The symbolic name, such as <c>ENOENT</c>; null for a number that Linux does not use.</summary>
    public static string? Name(int number) => Row(number)?.Name;

    /// <summary>The number of a symbolic name, second names such as <c>EWOULDBLOCK</c> included; null for a name that does not exist.</summary>
    public static int? FromName(string name)
    {
        foreach (var row in ErrnoTable.Rows)
        {
            if (row.Name == name)
            {
                return row.Number;
            }
        }

        foreach (var alias in ErrnoTable.Aliases)
        {
            if (alias.Name == name)
            {
                return alias.Number;
            }
        }

        return null;
    }

    /// <summary>The text that strerror(3) gives in the C locale.</summary>
    public static string Message(int number) => Row(number)?.Message ?? $"Unknown error {number}";

    private static (string Name, string Message)? Row(int number)
    {
        foreach (var row in ErrnoTable.Rows)
        {
            if (row.Number == number)
            {
                return (row.Name, row.Message);
            }
        }

        return null;
    }
}
