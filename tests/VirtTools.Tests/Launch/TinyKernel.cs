using System.Buffers.Binary;
using System.Text;

namespace VirtTools.Tests.Launch;

/// <summary>
/// A kernel of 1,536 bytes that writes a line on the serial port and then waits or reboots. It has the header of Linux's boot protocol 2.03
/// (Documentation/arch/x86/boot.rst), so QEMU's firmware loads it like any other; its code runs in real mode.
/// </summary>
internal static class TinyKernel
{
    private const int SetupStart = 0x200;
    private const int CodeOffset = 0x68;
    private const int SerialPort = 0x3F8;

    /// <summary>Writes the line and sleeps for ever.</summary>
    public static byte[] Waiting(string line) => Build(line, [0xF4, 0xEB, 0xFD]); // hlt; jmp to it

    /// <summary>Writes the line and reboots through the keyboard controller.</summary>
    public static byte[] Rebooting(string line) => Build(line, [0xB0, 0xFE, 0xE6, 0x64, 0xF4, 0xEB, 0xFD]); // mov al, 0xFE; out 0x64, al

    private static byte[] Build(string line, ReadOnlySpan<byte> ending)
    {
        var kernel = new byte[SetupStart + 512 + 512];
        kernel[0x1F1] = 1; // setup_sects
        BinaryPrimitives.WriteUInt16LittleEndian(kernel.AsSpan(0x1FE), 0xAA55);
        kernel[SetupStart] = 0xEB; // jump over the header
        kernel[SetupStart + 1] = CodeOffset - 2;
        "HdrS"u8.CopyTo(kernel.AsSpan(0x202));
        BinaryPrimitives.WriteUInt16LittleEndian(kernel.AsSpan(0x206), 0x0203);
        BinaryPrimitives.WriteUInt32LittleEndian(kernel.AsSpan(0x22C), 0x37FFFFFF); // initrd_addr_max

        ReadOnlySpan<byte> print =
        [
            0xBE, 0, 0, // mov si, text
            0xBA, SerialPort & 0xFF, SerialPort >> 8, // mov dx, port
            0x2E, 0xAC, // next: mov al, cs:[si], one further
            0x84, 0xC0, // test al, al
            0x74, 0x03, // jz to the ending
            0xEE, // out dx, al
            0xEB, 0xF7, // jmp next
        ];
        var code = kernel.AsSpan(SetupStart + CodeOffset);
        print.CopyTo(code);
        ending.CopyTo(code[print.Length..]);
        var text = CodeOffset + print.Length + ending.Length;
        BinaryPrimitives.WriteUInt16LittleEndian(code[1..], (ushort)text);
        Encoding.ASCII.GetBytes(line + "\r\n\0").CopyTo(kernel, SetupStart + text);
        return kernel;
    }
}
