using VirtTools.Dispatch;

namespace VirtTools.Daemon.Actions;

internal sealed class FileContentActions : UnsupportedFileContentActions;
