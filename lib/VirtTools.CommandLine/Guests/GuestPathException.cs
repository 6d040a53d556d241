namespace VirtTools.CommandLine.Guests;

/// <summary>A path of the command line means nothing in this guest; the message is the sentence that says why.</summary>
internal sealed class GuestPathException(string sentence) : Exception(sentence);
