using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Serverless.Agent.Checkpoints;
using Serverless.TestKit;

namespace Serverless.Agent.Tests.Checkpoints;

public sealed class FileStructureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Zip_Whole_IsWhole() => Of("model.pt", Zip()).ShouldBe(Structure.Whole);

    [Theory]
    [InlineData(1)]
    [InlineData(30)]
    [InlineData(200)]
    public void Zip_Cut_IsDamaged(int missing) => Of("model.pt", Zip()[..^missing]).ShouldBe(Structure.Damaged);

    [Theory]
    [InlineData(0, Structure.Whole)]
    [InlineData(1, Structure.Damaged)]
    [InlineData(20, Structure.Damaged)]
    public void Safetensors_Cut_IsDamaged(int missing, Structure expected)
    {
        var header = Encoding.UTF8.GetBytes("""{"__metadata__":{},"w":{"dtype":"F32","shape":[4],"data_offsets":[0,16]}}""");
        var bytes = new byte[8 + header.Length + 16];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, header.Length);
        header.CopyTo(bytes, 8);

        Of("model.safetensors", bytes[..^missing]).ShouldBe(expected);
    }

    [Theory]
    [InlineData("state.json", "{\"a\":1}", Structure.Whole)]
    [InlineData("state.json", "{\"a\":", Structure.Damaged)]
    [InlineData("state.bin", "{\"a\":", Structure.Unknown)]
    [InlineData("state.bin", "x", Structure.Unknown)]
    [InlineData("state.safetensors", "xyz", Structure.Damaged)]
    public void Other_IsJudgedByItsEndingOrNotAtAll(string name, string content, Structure expected) =>
        Of(name, Encoding.UTF8.GetBytes(content)).ShouldBe(expected);

    private Structure Of(string name, byte[] bytes)
    {
        File.WriteAllBytes(_folder.File(name), bytes);
        return FileStructure.Of(_folder.File(name));
    }

    private static byte[] Zip()
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            using var entry = zip.CreateEntry("archive/data.pkl", CompressionLevel.NoCompression).Open();
            var bytes = new byte[4000];
            new Random(1).NextBytes(bytes);
            entry.Write(bytes);
        }

        return stream.ToArray();
    }
}
