using System.Text.Json;
using Serverless.Workers.Text;

namespace Serverless.Workers.Sample;

/// <summary>The sample's result of one flashpoint.</summary>
internal static class SampleEntry
{
    private const int PhraseCount = 5;
    private const int SummarySentences = 2;

    public static JsonElement Of(SampleFlashpoint flashpoint)
    {
        var passages = flashpoint.Texts.Select(text => new Passage(text)).Where(passage => passage.Words > 0).ToList();
        return JsonText.Element(json =>
        {
            json.WriteStartObject();
            json.WriteString("id", flashpoint.Id);
            if (passages.Count == 0) json.WriteString("error", "no text in its feeds");
            else WriteReport(json, passages);
            json.WriteEndObject();
        });
    }

    public static JsonElement Aggregate(IReadOnlyList<JsonElement> entries) => JsonText.Element(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("results");
        foreach (var entry in entries) entry.WriteTo(json);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    private static void WriteReport(Utf8JsonWriter json, List<Passage> passages)
    {
        // What is in other languages counts, but phrases and summary stay in the main one.
        var main = passages.GroupBy(passage => passage.Language.Language).MaxBy(group => group.Sum(one => one.Words))!;
        var sure = main.Sum(passage => passage.Words * passage.Language.Confidence);
        var words = passages.Sum(passage => passage.Words);
        List<Passage> texts = [.. main];
        json.WriteString("language", main.Key);
        json.WriteNumber("language_confidence", Math.Round(sure / words, 3));
        json.WriteStartArray("key_phrases");
        foreach (var phrase in KeyPhrases.Of(texts, PhraseCount)) json.WriteStringValue(phrase);
        json.WriteEndArray();
        json.WriteString("summary", Summary.Of(texts, SummarySentences));
        json.WriteNumber("words", words);
        json.WriteNumber("sentences", passages.Sum(passage => passage.Sentences.Count));
        json.WriteNumber("feeds", passages.Count);
    }
}
