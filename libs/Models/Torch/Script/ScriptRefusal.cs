namespace ModelManager.Models.Torch.Script;

/// <summary>Why a step is not one that is run here; where it stands is added by who runs the line.</summary>
internal sealed class ScriptRefusal(string problem) : Exception(problem);
