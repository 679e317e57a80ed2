using System.Diagnostics.CodeAnalysis;
using Microsoft.DurableTask;
using Serverless.Durable;
using DurableTaskFailure = Microsoft.DurableTask.TaskFailedException;
using PortFailure = Serverless.Durable.TaskFailedException;

namespace Serverless.Functions.Durable;

/// <summary>Failures, from the port to Durable Task and back.</summary>
internal static class Failures
{
    private static readonly string DurableTaskName = typeof(DurableTaskFailure).FullName!;
    private static readonly string PortName = typeof(PortFailure).FullName!;

    /// <summary>Durable Task keeps texts of any length; what goes into a status or an output from here has to be bounded.</summary>
    public static PortFailure ToPort(DurableTaskFailure failure) =>
        new(failure.TaskName, failure.TaskId, ToPort(failure.FailureDetails));

    /// <summary>What awaited something that failed bears the port's own name there, so that
    /// <see cref="FailureDetails.IsCausedBy{T}"/> finds it.</summary>
    [return: NotNullIfNotNull(nameof(failure))]
    public static FailureDetails? ToPort(TaskFailureDetails? failure) => failure is null ? null : Translated(failure).Bounded();

    /// <summary>As a failure that Durable Task passes on with all of its causes.</summary>
    public static DurableTaskFailure ToDurableTask(PortFailure failure) =>
        new(failure.TaskName, failure.TaskId, ToDurableTask(failure.FailureDetails));

    /// <summary>An activity's exception as Durable Task is to take it down. Texts longer than are kept have hung instances on
    /// Azure Storage, so one that has any is replaced by one that says the same in short.</summary>
    public static Exception Bounded(Exception exception)
    {
        for (var cause = exception; cause is not null; cause = cause.InnerException)
        {
            if (cause.Message.Length > FailureDetails.MaxTextLength)
                return new LongFailureException(FailureDetails.FromException(exception));
        }

        return exception;
    }

    private static FailureDetails Translated(TaskFailureDetails failure) => new(
        failure.ErrorType == DurableTaskName ? PortName : failure.ErrorType,
        failure.ErrorMessage,
        failure.StackTrace,
        failure.InnerFailure is { } inner ? Translated(inner) : null);

    [return: NotNullIfNotNull(nameof(failure))]
    private static TaskFailureDetails? ToDurableTask(FailureDetails? failure) => failure is null ? null : new TaskFailureDetails(
        failure.ErrorType == PortName ? DurableTaskName : failure.ErrorType,
        failure.ErrorMessage,
        failure.StackTrace,
        ToDurableTask(failure.InnerFailure),
        Properties: null);
}

/// <summary>An activity's failure whose text was too long to be kept.</summary>
/// <param name="failure">The failure, in short.</param>
public sealed class LongFailureException(FailureDetails failure) : Exception(failure?.ToString());
