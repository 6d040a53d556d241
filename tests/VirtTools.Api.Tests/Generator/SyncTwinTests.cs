namespace VirtTools.Api.Tests.Generator;

/// <summary>The synchronous twin of an asynchronous method: the same body without waiting.</summary>
public sealed class SyncTwinTests
{
    private const string Around = """
        using VirtTools.Declarations;
        namespace Sample;
        internal sealed partial class Channel
        {
            private readonly Stream _stream = Stream.Null;
            private Task<int> StepAsync(int n, CancellationToken cancellationToken) => Task.FromResult(n);
            private int Step(int n) => n;
            private Lock OpenAsync() => new();
            private Lock Open() => new();
            private IAsyncEnumerable<int> NumbersAsync() => throw new NotSupportedException();
            private IEnumerable<int> Numbers() => [];
            private async Task EachAsync(Func<int, Task> action) => await action(1).ConfigureAwait(false);
            private void Each(Action<int> action) => action(1);
        BODY
        }
        internal sealed class Lock : IAsyncDisposable, IDisposable
        {
            public ValueTask DisposeAsync() => default;
            public void Dispose() { }
        }
        """;

    public static TheoryData<string, string> Bodies => new()
    {
        {
            "[SyncTwin] private async Task<int> RunAsync(int n, CancellationToken cancellationToken) => await StepAsync(n, cancellationToken).ConfigureAwait(false);",
            "private int Run(int n) => Step(n);"
        },
        {
            "[SyncTwin] internal async ValueTask RunAsync(CancellationToken cancellationToken = default) { await StepAsync(1, cancellationToken); }",
            "internal void Run() { Step(1); }"
        },
        {
            "[SyncTwin] private async Task RunAsync(Memory<byte> b, CancellationToken cancellationToken) { cancellationToken.ThrowIfCancellationRequested(); await StepAsync(2, cancellationToken: cancellationToken); }",
            "private void Run(Memory<byte> b) { ; Step(2); }"
        },
        {
            "[SyncTwin] private async Task RunAsync() { await using var held = OpenAsync(); await using (OpenAsync()) { } }",
            "private void Run() { using var held = Open(); using (Open()) { } }"
        },
        {
            "[SyncTwin] private async Task<int> RunAsync() { var sum = 0; await foreach (var n in NumbersAsync().ConfigureAwait(false)) { sum += n; } return sum; }",
            "private int Run() { var sum = 0; foreach (var n in Numbers()) { sum += n; } return sum; }"
        },
        {
            "[SyncTwin] private async Task RunAsync(CancellationToken cancellationToken) { await EachAsync(async n => await StepAsync(n, cancellationToken)); await EachAsync(async (n) => { await StepAsync(n, cancellationToken); }); }",
            "private void Run() { Each(n => Step(n)); Each((n) => { Step(n); }); }"
        },
        {
            "[SyncTwin] private async Task<int> RunAsync(CancellationToken cancellationToken) { return await InnerAsync(); async Task<int> InnerAsync() => await StepAsync(3, cancellationToken); }",
            "private int Run() { return Inner(); int Inner() => Step(3); }"
        },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public void Twin_has_the_body_without_waiting_and_compiles(string body, string expected)
    {
        var run = GeneratorRun.OfMethods(Around.Replace("BODY", body));

        Assert.Empty(run.CompileErrors);
        Assert.Contains(Words(expected), Words(Assert.Single(run.Files).Value));
    }

    [Fact]
    public void Overloads_get_a_file_each()
    {
        var run = GeneratorRun.OfMethods(Around.Replace("BODY", """
            [SyncTwin] private async Task RunAsync(int n) => await Task.CompletedTask;
            [SyncTwin] private async Task RunAsync(string s) => await StepAsync(1, default);
            """.Replace("await Task.CompletedTask", "await StepAsync(n, default)")));

        Assert.Equal(["Channel.RunAsync.1.Twin.g.cs", "Channel.RunAsync.Twin.g.cs"], run.Files.Keys.Order());
    }

    [Fact]
    public void Comment_stays_without_the_parameter_that_is_gone()
    {
        var run = GeneratorRun.OfMethods(Around.Replace("BODY", """
                /// <summary>Runs.</summary>
                /// <param name="n">How far.</param>
                /// <param name="cancellationToken">Stops it.</param>
                [SyncTwin]
                internal async Task RunAsync(int n, CancellationToken cancellationToken) => await StepAsync(n, cancellationToken);
            """));

        var twin = Assert.Single(run.Files).Value;

        Assert.Contains(Words("/// <summary>Runs.</summary>"), Words(twin));
        Assert.Contains(Words("/// <param name=\"n\">How far.</param>"), Words(twin));
        Assert.DoesNotContain("cancellationToken", twin);
        Assert.Empty(run.CompileErrors);
    }

    /// <summary>Source without its layout.</summary>
    private static string Words(string source) => string.Concat(source.Where(c => !char.IsWhiteSpace(c)));
}
