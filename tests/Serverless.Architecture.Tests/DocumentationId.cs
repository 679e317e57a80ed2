using System.Reflection;

namespace Serverless.Architecture.Tests;

/// <summary>The names by which documentation and lists of banned symbols know types and members.</summary>
internal static class DocumentationId
{
    private const BindingFlags All = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    public static string Of(Type type) => $"T:{Name(type)}";

    public static IEnumerable<string> OfMembers(Type type)
    {
        foreach (var property in type.GetProperties(All).Where(property => property.GetIndexParameters().Length == 0))
            yield return $"P:{Name(type)}.{property.Name}";
        foreach (var method in type.GetMethods(All).Where(method => !method.IsSpecialName)) yield return Of(method);
        foreach (var constructor in type.GetConstructors(All)) yield return Of(constructor);
    }

    private static string Of(MethodBase method)
    {
        var name = method.IsConstructor ? "#ctor" : method.Name;
        var arity = method.IsGenericMethodDefinition ? $"``{method.GetGenericArguments().Length}" : "";
        var parameters = string.Join(',', method.GetParameters().Select(parameter => Name(parameter.ParameterType)));
        return $"M:{Name(method.DeclaringType!)}.{name}{arity}{(parameters.Length == 0 ? "" : $"({parameters})")}";
    }

    private static string Name(Type type)
    {
        if (type.IsGenericMethodParameter) return $"``{type.GenericParameterPosition}";
        if (type.IsGenericTypeParameter) return $"`{type.GenericParameterPosition}";
        if (type.IsByRef) return $"{Name(type.GetElementType()!)}@";
        if (type.IsPointer) return $"{Name(type.GetElementType()!)}*";
        if (type.IsArray) return $"{Name(type.GetElementType()!)}[]";
        if (!type.IsConstructedGenericType) return type.FullName!.Replace('+', '.');
        var open = type.GetGenericTypeDefinition().FullName!;
        return $"{open[..open.IndexOf('`', StringComparison.Ordinal)]}{{{string.Join(',', type.GetGenericArguments().Select(Name))}}}";
    }
}
