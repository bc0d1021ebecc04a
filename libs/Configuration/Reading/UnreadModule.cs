using System.Collections.Immutable;
using ModelManager.Configuration.Spec;

namespace ModelManager.Configuration.Reading;

/// <summary>Stands for a module that could not be read, so that the others are still checked against its topics. A spec that holds one has errors and never leaves the reader.</summary>
internal sealed record UnreadModule(string Key, ImmutableArray<string> Subscribes, string? Publishes, SourceMark Where) : ModuleSpec(Key, "unread", Subscribes, Publishes, Where);
