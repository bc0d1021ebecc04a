using System.Collections.Immutable;
using ModelManager.Configuration.Yaml;

namespace ModelManager.Configuration.Reading;

/// <summary><c>pub</c> and <c>sub</c> of a module: a name, a list, or nothing.</summary>
internal static class TopicReader
{
    /// <summary>A topic that upstream's documents name beside <c>get_all</c> and that nothing emits.</summary>
    private const string Update = "update";

    /// <summary>The one topic a module writes; null where there is none.</summary>
    public static string? ReadPublished(Section section)
    {
        var topics = Topics(section, "pub");
        if (section.Get("pub") is YamlSequence { Items.Length: not 1 } list)
        {
            section.Findings.Error(list.Where, $"'pub' in {section.Title} lists {Words.Count(list.Items.Length, "topic")}; expected exactly one", "A module writes one topic; any number of modules may subscribe to it.");
            return topics.Count > 0 ? topics[0].Value : null;
        }
        if (topics is not [var topic])
            return null;
        if (topic.Value is GraphFormat.GetAll)
        {
            section.Findings.Error(topic.Where, $"'pub' in {section.Title} is the topic '{topic.Value}', which is upstream's clock", "Choose another name.");
            return null;
        }
        return topic.Value;
    }

    /// <summary>The topics a module reads, as written; where each stands is kept for the checks of the whole graph.</summary>
    public static IReadOnlyList<YamlScalar> ReadSubscribed(Section section, string key)
    {
        var topics = Topics(section, "sub");
        foreach (var topic in topics)
            section.Findings.TopicMarks[(key, topic.Value)] = topic.Where;
        return topics;
    }

    /// <summary>The topics of a module whose type is not known.</summary>
    public static ImmutableArray<string> OfUnread(IReadOnlyList<YamlScalar> topics) => [.. topics.Select(t => t.Value).Where(t => t is not (GraphFormat.GetAll or Update)).Distinct()];

    /// <summary>The topics an interface writes out; <c>get_all</c> only marks it as a source.</summary>
    public static ImmutableArray<string> OfInterface(Section section, IReadOnlyList<YamlScalar> topics)
    {
        if (topics.FirstOrDefault(t => t.Value == GraphFormat.GetAll) is { } clock && !section.Has("pub"))
            section.Findings.Warn(clock.Where, $"{section.Title} subscribes to '{GraphFormat.GetAll}' and has no 'pub': its values reach nobody", "Add 'pub: TOPIC'.");
        if (topics.FirstOrDefault(t => t.Value == Update) is { } update)
            section.Findings.Warn(update.Where, $"the topic '{Update}' in 'sub' of {section.Title} has no effect: nothing emits it", "Remove it.");
        return Distinct(section, topics.Where(t => t.Value is not (GraphFormat.GetAll or Update)));
    }

    /// <summary>The topics a transformer or model reads.</summary>
    public static ImmutableArray<string> OfOther(Section section, string key, IReadOnlyList<YamlScalar> topics)
    {
        if (topics.FirstOrDefault(t => t.Value == GraphFormat.GetAll) is { } clock)
            section.Findings.Error(clock.Where, $"module '{key}' subscribes to '{GraphFormat.GetAll}', which only an interface can answer", "Subscribe to the topic that the interface publishes.");
        return Distinct(section, topics.Where(t => t.Value != GraphFormat.GetAll));
    }

    private static ImmutableArray<string> Distinct(Section section, IEnumerable<YamlScalar> topics)
    {
        var distinct = ImmutableArray.CreateBuilder<string>();
        foreach (var topic in topics)
            if (!distinct.Contains(topic.Value))
                distinct.Add(topic.Value);
            else
                section.Findings.Warn(topic.Where, $"'sub' in {section.Title} names '{topic.Value}' twice", "Remove one of the two.");
        return distinct.ToImmutable();
    }

    private static IReadOnlyList<YamlScalar> Topics(Section section, string key)
    {
        var topics = section.Texts(key);
        // To Python None is nothing, to YAML it is text: upstream makes a topic 'None' of it.
        if (topics is [{ IsPlain: true, Value: "None" } none])
        {
            section.Findings.Warn(none.Where, $"'{key}: None' in {section.Title} is text in YAML; it is read as no topic", $"Leave '{key}' out, or write '{key}: \"None\"' for a topic of that name.");
            return [];
        }
        return topics;
    }
}
