using System.Text;
using VirtTools.Appliance;

namespace VirtTools.Tests.Appliance;

public sealed class ManifestTests : IDisposable
{
    private readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    [Fact]
    public void A_manifest_comes_back_from_its_file()
    {
        var manifest = Sample();

        var read = ApplianceManifest.Parse(manifest.ToJson(), "manifest.json");

        Assert.Equal(manifest with { Packages = [] }, read with { Packages = [] });
        Assert.Equal(manifest.Packages, read.Packages);
    }

    [Fact]
    public void Versions_are_written_as_a_person_reads_them()
    {
        var json = Encoding.UTF8.GetString(Sample().ToJson());

        Assert.Contains("\"version\": \"2.36-9+deb12u10\"", json);
        Assert.EndsWith("}\n", json);
    }

    [Theory]
    [InlineData("")]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"format\":1}")]
    [InlineData("not json")]
    public void What_is_no_manifest_is_refused_with_the_name_of_the_file(string json)
    {
        var error = Assert.Throws<ApplianceException>(() => ApplianceManifest.Parse(Encoding.UTF8.GetBytes(json), "DIR/manifest.json"));

        Assert.StartsWith("DIR/manifest.json: ", error.Message);
    }

    [Fact]
    public void Another_format_is_refused_by_its_number()
    {
        var json = (Sample() with { Format = 2 }).ToJson();

        var error = Assert.Throws<ApplianceException>(() => ApplianceManifest.Parse(json, "manifest.json"));

        Assert.Equal("manifest.json: format 2, but this version reads format 1; build or install the appliance again", error.Message);
    }

    [Fact]
    public void A_manifest_cut_anywhere_is_refused()
    {
        var json = Sample().ToJson();

        for (var length = 0; length < json.Length - 2; length++)
        {
            Assert.Throws<ApplianceException>(() => ApplianceManifest.Parse(json.AsSpan(0, length), "manifest.json"));
        }
    }

    private ApplianceManifest Sample() =>
        FakeAppliance.Manifest(FakeAppliance.Foreign(scratch["a"]), "0123456789abcdef0123456789abcdef", ApplianceManifest.CurrentHandleVersion);
}
