namespace VirtTools.Wire;

/// <summary>
/// What the library tells our daemon before it is ready: the first message on the channel where the kernel option <see cref="KernelOption"/> is set.
/// A daemon that has just booted and one that was resumed from a template get the same message, and answer with the launch flag and a reply.
/// </summary>
/// <param name="Resumed">The machine comes from a template: the disk at target 0 is another one than the kernel saw.</param>
/// <param name="Verbose">Say on the console what is done.</param>
/// <param name="ClockSeconds">The time: seconds since 1970 (UTC).</param>
/// <param name="ClockNanoseconds">And nanoseconds.</param>
/// <param name="Entropy">Random bytes for the kernel, <see cref="EntropySize"/> of them: two resumes of one template begin with the same pool.</param>
/// <param name="Targets">The SCSI targets of the drives, in ascending order.</param>
internal sealed record HandOver(bool Resumed, bool Verbose, long ClockSeconds, int ClockNanoseconds, byte[] Entropy, IReadOnlyList<int> Targets)
{
    /// <summary>Its procedure number.</summary>
    public const uint Procedure = Protocol.FirstExtension + 1;

    /// <summary>Number of random bytes.</summary>
    public const int EntropySize = 64;

    /// <summary>The option on the kernel's command line that makes the daemon wait for it.</summary>
    public const string KernelOption = "virttools_handover=1";

    /// <summary>
    /// The option with which a template's machine boots: its only drive is a placeholder, so the daemon may write on it to rehearse what it will
    /// be asked for.
    /// </summary>
    public const string TemplateOption = "virttools_template=1";

    /// <summary>
    /// The serial number of the placeholder. A disk that had none when the kernel found it shows none later; one that has none later keeps this in
    /// the kernel's memory, so it must be no label that a drive can have.
    /// </summary>
    public const string PlaceholderSerial = "virttools-placeholder";

    /// <summary>More targets than any controller has are a broken message.</summary>
    public const int MostTargets = 256;

    /// <summary>Writes the arguments of the call.</summary>
    public void Write(XdrWriter writer)
    {
        writer.WriteBool(Resumed);
        writer.WriteBool(Verbose);
        writer.WriteInt64(ClockSeconds);
        writer.WriteInt32(ClockNanoseconds);
        writer.WriteBytes(Entropy);
        writer.WriteInt32(Targets.Count);
        foreach (var target in Targets)
        {
            writer.WriteInt32(target);
        }
    }

    /// <summary>Reads the arguments of the call.</summary>
    /// <exception cref="ProtocolException">They are malformed.</exception>
    public static HandOver Read(ref XdrReader reader)
    {
        var resumed = reader.ReadBool();
        var verbose = reader.ReadBool();
        var seconds = reader.ReadInt64();
        var nanoseconds = reader.ReadInt32();
        var entropy = reader.ReadBytes();
        var targets = new int[reader.ReadCount(leastItemSize: 4)];
        for (var i = 0; i < targets.Length; i++)
        {
            targets[i] = reader.ReadInt32();
        }

        reader.End();
        return entropy.Length == EntropySize && targets.Length <= MostTargets && nanoseconds is >= 0 and < 1_000_000_000
            ? new(resumed, verbose, seconds, nanoseconds, entropy, targets)
            : throw new ProtocolException("a hand-over with impossible values");
    }
}

/// <summary>The daemon's answer: what each step took. It is shown with <c>-v</c> and otherwise of no use.</summary>
/// <param name="Steps">Names and microseconds, in order.</param>
internal sealed record HandOverReply(IReadOnlyList<HandOverStep> Steps)
{
    private const int MostSteps = 32;
    private const int LongestName = 64;

    /// <summary>Writes the body of the reply.</summary>
    public void Write(XdrWriter writer)
    {
        writer.WriteInt32(Steps.Count);
        foreach (var step in Steps)
        {
            writer.WriteString(step.Name);
            writer.WriteUInt32(step.Microseconds);
        }
    }

    /// <summary>Reads the body of the reply.</summary>
    /// <exception cref="ProtocolException">It is malformed.</exception>
    public static HandOverReply Read(ref XdrReader reader)
    {
        var steps = new HandOverStep[Math.Min(reader.ReadCount(leastItemSize: 8), MostSteps)];
        for (var i = 0; i < steps.Length; i++)
        {
            steps[i] = new(reader.ReadString(LongestName), reader.ReadUInt32());
        }

        reader.End();
        return new(steps);
    }
}

/// <summary>One step of a hand-over and the time that it took.</summary>
internal readonly record struct HandOverStep(string Name, uint Microseconds);
