using System.Runtime.Versioning;

// Nothing here runs elsewhere, so the analyzer need not ask about calls that only Unix has.
[assembly: SupportedOSPlatform("linux")]
