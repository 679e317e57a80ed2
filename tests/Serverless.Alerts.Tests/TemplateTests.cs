using Serverless.Core.Alerts;
using Serverless.Core.Settings;

namespace Serverless.Alerts.Tests;

/// <summary>Texts of alerts.</summary>
public sealed class TemplateTests
{
    [Theory]
    [InlineData("{run} {state}: {null} of {flashpoints} null, {cost}", "etl-1 completed: 2 of 1,000 null, $12.40")]
    [InlineData("{event} {date} {done} {duration} {at}", "failed 2026-11-25 998 1h 02m 2026-11-25 03:02:01 UTC")]
    [InlineData("{{run}} is {run}", "{run} is etl-1")]
    [InlineData("{run}\n{reason}\n{link}", "etl-1\nhttps://fanout.example.org/#/runs/etl-1")]
    [InlineData("{run}\nWhy: {reason}", "etl-1\nWhy: –")]
    [InlineData("plain\n\ntext", "plain\n\ntext")]
    public void Fill_ATemplate_PutsValuesInThePlaceOfNames(string template, string expected) =>
        AlertTemplate.Parse(template, AlertTemplate.RunNames)!.Fill(Samples.RunAlert()).ShouldBe(expected);

    [Theory]
    [InlineData("{pod}")]
    [InlineData("{Run}")]
    [InlineData("{run")]
    [InlineData("run}")]
    [InlineData("{}")]
    [InlineData("  ")]
    public void Parse_WhatIsNoTemplate_GivesNone(string template) =>
        AlertTemplate.Parse(template, AlertTemplate.RunNames).ShouldBeNull();

    [Fact]
    public void Text_OfAValueThatLooksLikeAName_StaysAsItIs() =>
        AlertTemplate.Standard.Fill(Samples.RunAlert() with { Title = "{run}", Link = null, Run = null }).ShouldBe("{run}");

    [Fact]
    public void Text_OfEachEvent_ComesFromItsTemplate()
    {
        var settings = Samples.SettingsFor(
            "http://127.0.0.1:1", ("ALERT_TEMPLATE_RUN", "R {run}"), ("ALERT_TEMPLATE_POD", "P {pod}")).Alerts;

        settings.TextOf(Samples.RunAlert()).ShouldBe("R etl-1");
        settings.TextOf(PodAlerts.Interrupted("pod-1", "1", Samples.At, null)).ShouldBe("P pod-1");
        settings.TextOf(Samples.RunAlert() with { Event = AlertEvent.Test, Run = null, Link = null, Title = "T" }).ShouldBe("T");
    }

    [Fact]
    public void Text_OfASilence_SaysHowLong() => new AlertSettings().TextOf(PodAlerts.NothingSeen(
            "pod-9", Samples.At, Samples.At.AddSeconds(75), "3 jobs wait"))
        .ShouldBe("Work waits for pods, and none was seen for 75 s\n3 jobs wait");
}
