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

    public static PortFailure ToPort(DurableTaskFailure failure) =>
        new(failure.TaskName, failure.TaskId, ToPort(failure.FailureDetails));

    /// <summary>What awaited something that failed bears the port's own name there, so that
    /// <see cref="FailureDetails.IsCausedBy{T}"/> finds it.</summary>
    [return: NotNullIfNotNull(nameof(failure))]
    public static FailureDetails? ToPort(TaskFailureDetails? failure) => failure is null ? null : new FailureDetails(
        failure.ErrorType == DurableTaskName ? PortName : failure.ErrorType,
        failure.ErrorMessage,
        failure.StackTrace,
        ToPort(failure.InnerFailure));

    /// <summary>As a failure that Durable Task passes on with all of its causes.</summary>
    public static DurableTaskFailure ToDurableTask(PortFailure failure) =>
        new(failure.TaskName, failure.TaskId, ToDurableTask(failure.FailureDetails));

    [return: NotNullIfNotNull(nameof(failure))]
    private static TaskFailureDetails? ToDurableTask(FailureDetails? failure) => failure is null ? null : new TaskFailureDetails(
        failure.ErrorType == PortName ? DurableTaskName : failure.ErrorType,
        failure.ErrorMessage,
        failure.StackTrace,
        ToDurableTask(failure.InnerFailure),
        Properties: null);
}
