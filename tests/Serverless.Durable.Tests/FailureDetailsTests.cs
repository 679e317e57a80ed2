namespace Serverless.Durable.Tests;

public sealed class FailureDetailsTests
{
    [Fact]
    public void Failure_OfAnException_KeepsTypeTextPlaceAndCause()
    {
        var failure = FailureDetails.FromException(Thrown(new FileNotFoundException("outer", new TimeoutException("inner"))));

        failure.ErrorType.ShouldBe("System.IO.FileNotFoundException");
        failure.ErrorMessage.ShouldBe("outer");
        failure.StackTrace.ShouldNotBeNull().ShouldContain(nameof(Thrown));
        failure.InnerFailure.ShouldBe(new FailureDetails("System.TimeoutException", "inner"));
        failure.ToString().ShouldBe("System.IO.FileNotFoundException: outer");
    }

    [Theory]
    [InlineData(FailureDetails.MaxTextLength, FailureDetails.MaxTextLength)]
    [InlineData(FailureDetails.MaxTextLength + 1, FailureDetails.MaxTextLength)]
    [InlineData(1_000_000, FailureDetails.MaxTextLength)]
    public void Failure_LongMessage_IsCutAndShowsIt(int length, int kept)
    {
        var failure = FailureDetails.FromException(new InvalidOperationException(new string('x', length)));

        failure.ErrorMessage.Length.ShouldBe(kept);
        failure.ErrorMessage.EndsWith('…').ShouldBe(length > kept);
    }

    [Fact]
    public void Failure_CutInTheMiddleOfALetter_LeavesNoHalfOfIt()
    {
        var text = new string('x', FailureDetails.MaxTextLength - 2) + "😀😀";

        var failure = FailureDetails.FromException(new InvalidOperationException(text));

        failure.ErrorMessage.ShouldBe(new string('x', FailureDetails.MaxTextLength - 2) + "…");
    }

    [Fact]
    public void Failure_LongChain_IsCutToTheDepth()
    {
        var exception = new InvalidOperationException("0");
        for (var i = 1; i < 30; i++) exception = new InvalidOperationException($"{i}", exception);

        Depth(FailureDetails.FromException(exception)).ShouldBe(FailureDetails.MaxDepth);
    }

    [Fact]
    public void Failure_OfFailedTasksThroughManyLevels_IsCutToTheDepth()
    {
        var failure = new FailureDetails("root", "root");
        for (var level = 0; level < 100; level++)
        {
            failure = FailureDetails.FromException(new TaskFailedException("Child", level, failure));
            Depth(failure).ShouldBe(Math.Min(level + 2, FailureDetails.MaxDepth));
        }

        failure.ErrorMessage.ShouldStartWith("Task 'Child' (#99) failed with an unhandled exception: Task 'Child' (#98)");
    }

    [Fact]
    public void Failure_OfAFailedTask_HasTheTasksFailureAsItsCause()
    {
        var cause = new FailureDetails("Some.Error", "broke");

        var failure = FailureDetails.FromException(new TaskFailedException("Work", 7, cause));

        failure.ErrorType.ShouldBe("Serverless.Durable.TaskFailedException");
        failure.ErrorMessage.ShouldBe("Task 'Work' (#7) failed with an unhandled exception: broke");
        failure.InnerFailure.ShouldBe(cause);
    }

    [Fact]
    public void IsCausedBy_TypeItself_BaseTypesAndNoOthers()
    {
        var failure = FailureDetails.FromException(new FileNotFoundException("x", new TimeoutException()));

        failure.IsCausedBy<FileNotFoundException>().ShouldBeTrue();
        failure.IsCausedBy<IOException>().ShouldBeTrue();
        failure.IsCausedBy<Exception>().ShouldBeTrue();
        failure.IsCausedBy<TimeoutException>().ShouldBeFalse();
        failure.IsCausedBy<EndOfStreamException>().ShouldBeFalse();
        new FailureDetails("ActivityTaskNotFound", "x").IsCausedBy<Exception>().ShouldBeFalse();
        FailureDetails.FromException(new OfThisAssemblyException()).IsCausedBy<ArithmeticException>().ShouldBeTrue();
    }

    [Fact]
    public void TaskFailedException_SaysWhichTaskAndWhy()
    {
        var cause = new FailureDetails("Some.Error", "broke");

        var exception = new TaskFailedException("Work", 7, cause);

        exception.Message.ShouldBe("Task 'Work' (#7) failed with an unhandled exception: broke");
        (exception.TaskName, exception.TaskId, exception.FailureDetails).ShouldBe(("Work", 7, cause));
        Should.Throw<ArgumentNullException>(() => new TaskFailedException("Work", 7, null!));
    }

    private static int Depth(FailureDetails? failure) => failure is null ? 0 : 1 + Depth(failure.InnerFailure);

    private static Exception Thrown(Exception exception)
    {
        try
        {
            throw exception;
        }
        catch (Exception e)
        {
            return e;
        }
    }

    private sealed class OfThisAssemblyException : ArithmeticException;
}
