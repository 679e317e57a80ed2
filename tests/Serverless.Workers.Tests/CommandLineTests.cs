using Serverless.Workers.Commands;

namespace Serverless.Workers.Tests;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("python", "python")]
    [InlineData("  python  handler.py\t--stdin ", "python|handler.py|--stdin")]
    [InlineData("""sh -c 'echo "$HOME" \n'""", """sh|-c|echo "$HOME" \n""")]
    [InlineData("""run "a b" "c\"d" "e\\f" "g\h" "it's" """, """run|a b|c"d|e\f|g\h|it's""")]
    [InlineData("""run a\ b\'c\"d\\e""", """run|a b'c"d\e""")]
    [InlineData("""C:\tools\run.exe C:\""", """C:\tools\run.exe|C:\""")]
    [InlineData("run '' \"\" --x=''", "run|||--x=")]
    [InlineData("run --a='b c'd", "run|--a=b cd")]
    public void Split_ALine_GivesWords(string line, string words) =>
        string.Join('|', CommandLine.Split(line)).ShouldBe(words);

    [Theory]
    [InlineData("", "must name a program")]
    [InlineData(" \t", "must name a program")]
    [InlineData("'' --stdin", "must name a program")]
    [InlineData("run 'a", "a ' that is never closed")]
    [InlineData("run \"a\\\"", "a \" that is never closed")]
    public void Split_ABadLine_SaysWhy(string line, string message) =>
        Should.Throw<ArgumentException>(() => CommandLine.Split(line)).Message.ShouldContain(message);
}
