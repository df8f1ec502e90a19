using System.Reflection;
using LiaisonHub.Tests;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestCollectionOrderer(typeof(LongestFirst))]

namespace LiaisonHub.Tests;

/// <summary>How long the tests of a class take one after the other, where that is long.</summary>
/// <param name="seconds">Roughly, beside others on two cores.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class LongAttribute(int seconds) : Attribute
{
    public int Seconds => seconds;
}

/// <summary>Classes run side by side, each from its first test to its last: a long one that begins late is still at it, alone, when all others are done. So the longest begin.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    public IReadOnlyCollection<TTestCollection> OrderTestCollections<TTestCollection>(IReadOnlyCollection<TTestCollection> testCollections)
        where TTestCollection : ITestCollection
    {
        var seconds = testCollections.OfType<IXunitTestCollection>().Select(c => c.TestAssembly.Assembly).Distinct().SelectMany(a => a.GetTypes())
            .Where(t => t.GetCustomAttribute<LongAttribute>() is not null).ToDictionary(CollectionAttribute.GetCollectionNameForType, t => t.GetCustomAttribute<LongAttribute>()!.Seconds, StringComparer.Ordinal);
        return [.. testCollections.OrderByDescending(c => seconds.GetValueOrDefault(c.TestCollectionDisplayName))];
    }
}
