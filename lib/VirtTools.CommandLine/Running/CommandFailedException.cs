namespace VirtTools.CommandLine.Running;

/// <summary>The command cannot do what was asked; the message is the sentence for standard error.</summary>
internal sealed class CommandFailedException(string sentence) : Exception(sentence);
