using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using VirtTools.Posix.Native;

namespace VirtTools.Posix;

/// <summary>The call of posix_spawn(3) itself.</summary>
internal static unsafe class Spawner
{
    private const short SetProcessGroup = 0x02; // POSIX_SPAWN_SETPGROUP
    private const short SetDefaultSignals = 0x04; // POSIX_SPAWN_SETSIGDEF
    private const short SetSignalMask = 0x08; // POSIX_SPAWN_SETSIGMASK
    private const int StandardDescriptors = 3;

    /// <returns>The process number.</returns>
    public static int Spawn(string program, IReadOnlyList<string> arguments, SpawnOptions options)
    {
        KeepExitStatuses();
        var attributes = stackalloc byte[Libc.SpawnAttributesSize];
        var actions = stackalloc byte[Libc.SpawnActionsSize];
        Ensure(Libc.SpawnAttributesInit(attributes), program);
        Ensure(Libc.SpawnActionsInit(actions), program);
        var duplicates = new List<SafeFileHandle>();
        try
        {
            SetAttributes(attributes, options);
            MapDescriptors(actions, options.Descriptors, duplicates);
            if (options.WorkingDirectory is { } folder)
            {
                Ensure(Libc.SpawnActionsAddChangeFolder(actions, ByteString.GetTerminated(folder)), folder);
            }

            using var argumentVector = new StringVector(arguments);
            using var environment = new StringVector(options.Environment ?? ProcessEnvironment.All());
            var errno = Libc.Spawn(
                out var processId, ByteString.GetTerminated(program), actions, attributes, argumentVector.Pointer, environment.Pointer);
            Ensure(errno, program);
            return processId;
        }
        finally
        {
            duplicates.ForEach(duplicate => duplicate.Dispose());
            Libc.SpawnActionsDestroy(actions);
            Libc.SpawnAttributesDestroy(attributes);
        }
    }

    private static void SetAttributes(byte* attributes, SpawnOptions options)
    {
        var signals = stackalloc byte[Libc.SignalSetSize];
        Libc.SignalSetFill(signals);
        Libc.SpawnAttributesSetDefaultSignals(attributes, signals);
        Libc.SignalSetEmpty(signals);
        Libc.SpawnAttributesSetSignalMask(attributes, signals);
        var flags = (short)(SetDefaultSignals | SetSignalMask);
        if (options.OwnProcessGroup)
        {
            Libc.SpawnAttributesSetProcessGroup(attributes, 0);
            flags |= SetProcessGroup;
        }

        Libc.SpawnAttributesSetFlags(attributes, flags);
    }

    // dup2 runs in order, so a source must not be overwritten by an earlier target: every source is first copied above all targets.
    private static void MapDescriptors(byte* actions, IReadOnlyList<InheritedDescriptor> mapped, List<SafeFileHandle> duplicates)
    {
        var first = Math.Max(StandardDescriptors, mapped.Count == 0 ? 0 : mapped.Max(entry => entry.Target) + 1);
        var taken = new HashSet<int>();
        foreach (var (source, target) in mapped)
        {
            Map(Descriptors.Duplicate(source, first), target);
        }

        for (var target = 0; target < first; target++)
        {
            if (taken.Contains(target))
            {
                continue;
            }

            if (target >= StandardDescriptors)
            {
                Ensure(Libc.SpawnActionsAddClose(actions, target), "posix_spawn");
                continue;
            }

            using var nothing = Descriptors.Open("/dev/null", OpenFlags.ReadWrite);
            Map(Descriptors.Duplicate(nothing, first), target);
        }

        // Descriptors that other code of this process opened without close-on-exec, or that it inherited itself.
        Ensure(Libc.SpawnActionsAddCloseFrom(actions, first), "posix_spawn");

        void Map(SafeFileHandle duplicate, int target)
        {
            duplicates.Add(duplicate);
            taken.Add(target);
            Ensure(Libc.SpawnActionsAddDup2(actions, (int)duplicate.DangerousGetHandle(), target), "posix_spawn");
        }
    }

    // A parent may have started us with SIGCHLD ignored (some do): then the kernel throws exit statuses away.
    private static void KeepExitStatuses()
    {
        var action = stackalloc byte[Libc.SignalActionSize];
        if (Libc.SignalAction(Signals.Child, null, action) == 0 && *(nint*)action == Signals.Ignored)
        {
            new Span<byte>(action, Libc.SignalActionSize).Clear();
            Libc.SignalAction(Signals.Child, action, null);
        }
    }

    private static void Ensure(int errno, string what)
    {
        if (errno != 0)
        {
            throw new PosixException(errno, what);
        }
    }

    // A null-terminated array of zero-terminated byte strings, outside the collected heap.
    private readonly ref struct StringVector : IDisposable
    {
        private readonly int count;

        public StringVector(IReadOnlyList<string> strings)
        {
            var encoded = new byte[strings.Count][];
            for (var i = 0; i < encoded.Length; i++)
            {
                encoded[i] = ByteString.GetTerminated(strings[i]);
            }

            count = encoded.Length;
            Pointer = (byte**)NativeMemory.AllocZeroed((nuint)count + 1, (nuint)sizeof(byte*));
            for (var i = 0; i < count; i++)
            {
                Pointer[i] = (byte*)NativeMemory.Alloc((nuint)encoded[i].Length);
                encoded[i].CopyTo(new Span<byte>(Pointer[i], encoded[i].Length));
            }
        }

        public byte** Pointer { get; }

        public void Dispose()
        {
            for (var i = 0; i < count; i++)
            {
                NativeMemory.Free(Pointer[i]);
            }

            NativeMemory.Free(Pointer);
        }
    }
}
