using Microsoft.Extensions.Logging;
using VirtTools.CommandLine.Output;

namespace VirtTools.CommandLine.Running;

/// <summary>What a job gets from the program around it.</summary>
/// <param name="Streams">Where its result and its complaints go.</param>
/// <param name="Logger">Takes what <c>-v</c> and <c>-x</c> show.</param>
internal sealed record CommandContext(CommandStreams Streams, ILogger Logger);
