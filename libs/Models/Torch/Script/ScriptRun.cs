namespace ModelManager.Models.Torch.Script;

/// <summary>Follows the code of a module from its <c>forward</c>: calls of submodules and functions, branches whose condition is known, and the operators in order.</summary>
/// <remarks>Work is bounded by steps and depth, not by time. A condition that depends on the rows is refused.</remarks>
internal sealed class ScriptRun(string file, ScriptCode code, PickleTuple constants, ScriptOperators operators)
{
    private const int MaxSteps = 200_000;
    private const int MaxDepth = 600;

    private readonly Dictionary<TorchTensor, ScriptTensor> _tensors = new(ReferenceEqualityComparer.Instance);
    private int _steps, _depth;

    public object? Forward(PickleObject root, ScriptRows rows)
    {
        var forward = Method(root, "forward");
        if (forward.Parameters.Count != 2)
            throw new TorchFileException(file, $"TorchScript whose forward takes {forward.Parameters.Count - 1} inputs; one tensor of rows is given to it");
        return Call(forward, ScriptCode.Plain(root.Type.ToString()), [root, rows], NoNames);
    }

    private static IReadOnlyDictionary<string, object?> NoNames { get; } = new Dictionary<string, object?>();

    private object? Call(ScriptFunction function, string owner, IReadOnlyList<object?> arguments, IReadOnlyDictionary<string, object?> named)
    {
        var where = owner.Length > 0 ? $"{owner}.{function.Name}" : ScriptCode.Plain(function.Name);
        var at = function.Line;
        try
        {
            Enter();
            var locals = new Dictionary<string, object?>(StringComparer.Ordinal);
            if (arguments.Count > function.Parameters.Count)
                throw new ScriptRefusal($"{where} is called with {arguments.Count} arguments");
            for (var i = 0; i < function.Parameters.Count; i++)
            {
                var parameter = function.Parameters[i];
                locals[parameter.Name] = i < arguments.Count ? arguments[i]
                    : named.TryGetValue(parameter.Name, out var value) ? value
                    : parameter.Default is { } given ? Evaluate(given, locals) : throw new ScriptRefusal($"{where} is called without {parameter.Name}");
            }
            var (_, result) = Run(function.Body, locals, ref at);
            _depth--;
            return result;
        }
        catch (ScriptRefusal refusal)
        {
            throw new TorchFileException(file, $"TorchScript {function.File} line {at} ({where}): {refusal.Message}", refusal);
        }
    }

    private (bool Returned, object? Value) Run(IReadOnlyList<ScriptStatement> body, Dictionary<string, object?> locals, ref int at)
    {
        Enter();
        foreach (var statement in body)
        {
            at = statement.Line;
            switch (statement)
            {
                case ReturnStatement given:
                    var result = Evaluate(given.Value, locals);
                    _depth--;
                    return (true, result);
                case ExpressionStatement expression:
                    Evaluate(expression.Value, locals);
                    break;
                case AssignStatement assign:
                    Assign(assign, locals);
                    break;
                case IfStatement branch:
                    if (Evaluate(branch.Condition, locals) is not bool yes)
                        throw new ScriptRefusal("a branch on something that depends on the rows");
                    if (Run(yes ? branch.Then : branch.Else, locals, ref at) is { Returned: true } returned)
                    {
                        _depth--;
                        return returned;
                    }
                    break;
                case UnknownStatement unknown:
                    throw new ScriptRefusal($"'{unknown.Text}' is not a statement that is run here");
            }
        }
        _depth--;
        return (false, null);
    }

    private void Assign(AssignStatement assign, Dictionary<string, object?> locals)
    {
        var values = assign.Values.Select(v => Evaluate(v, locals)).ToArray();
        if (assign.Names.Count > 1 && values is [ScriptList list])
            values = [.. list.Items];
        if (values.Length != assign.Names.Count)
            throw new ScriptRefusal($"{values.Length} values for {assign.Names.Count} names");
        for (var i = 0; i < values.Length; i++)
            locals[assign.Names[i]] = values[i];
    }

    private object? Evaluate(ScriptExpression expression, Dictionary<string, object?> locals)
    {
        Enter();
        var value = expression switch
        {
            LiteralExpression literal => literal.Value,
            NameExpression name => locals.TryGetValue(name.Name, out var local) ? local : throw new ScriptRefusal($"'{name.Name}' is not defined"),
            SequenceExpression sequence => new ScriptList([.. sequence.Items.Select(item => Evaluate(item, locals))]),
            AttributeExpression attribute => PathOf(attribute, locals) is { } path ? Global(path) : Attribute(Evaluate(attribute.Target, locals), attribute.Name),
            CallExpression call => Call(call, locals),
            IndexExpression index => Index(Evaluate(index.Target, locals), Evaluate(index.Index, locals)),
            _ => throw new ScriptRefusal("an expression that is not run here"),
        };
        _depth--;
        return value;
    }

    private object? Call(CallExpression call, Dictionary<string, object?> locals)
    {
        if (call.Target is NameExpression { Name: "annotate" or "unchecked_cast" } && call.Arguments.Count == 2)
            return Evaluate(call.Arguments[1], locals);                     // a type and a value
        if (call.Target is NameExpression { Name: "uninitialized" })
            return null;
        var arguments = call.Arguments.Select(a => Evaluate(a, locals)).ToArray();
        var named = call.Named.Count == 0 ? NoNames : call.Named.ToDictionary(p => p.Key, p => Evaluate(p.Value, locals), StringComparer.Ordinal);
        switch (call.Target)
        {
            case NameExpression { Name: "getattr" } when arguments is [var target, string attribute]:
                return Attribute(target, attribute);
            case NameExpression { Name: "int" or "float" or "bool" } cast when arguments is [var number]:
                return Cast(cast.Name, number);
            case NameExpression name when !locals.ContainsKey(name.Name):
                throw new ScriptRefusal($"{name.Name}(...) is not an operation that is run here");
            case AttributeExpression path when PathOf(path, locals) is { } qualified && !qualified.StartsWith("__torch__.", StringComparison.Ordinal):
                return operators.Call(new ScriptArguments(qualified, arguments, named));
            case AttributeExpression method when PathOf(method, locals) is null:
                return Evaluate(method.Target, locals) is PickleObject module
                    ? Call(Method(module, method.Name), ScriptCode.Plain(module.Type.ToString()), [module, .. arguments], named)
                    : throw new ScriptRefusal($"a method '{method.Name}' of something that is no module");
            default:
                return Evaluate(call.Target, locals) is ScriptFunction function
                    ? Call(function, "", arguments, named)
                    : throw new ScriptRefusal("a call of something that is no function");
        }
    }

    private ScriptFunction Method(PickleObject module, string name)
    {
        var type = code.Class(module.Type);
        if (type.Hooks)
            throw new TorchFileException(file, $"TorchScript class {ScriptCode.Plain(module.Type.ToString())} has hooks: code that was attached to it and is not run here. Remove them before saving");
        if (type.Methods.ContainsKey("__setstate__"))
            throw new TorchFileException(file, $"TorchScript class {ScriptCode.Plain(module.Type.ToString())} unpacks its weights by code of its own (__setstate__), as quantized modules do");
        return type.Methods.TryGetValue(name, out var method) ? method
            : throw new TorchFileException(file, $"TorchScript class {ScriptCode.Plain(module.Type.ToString())} has no method {name}");
    }

    private object? Attribute(object? target, string name)
    {
        if (target is not PickleObject { State: { } state } module)
            throw new ScriptRefusal($"attribute '{name}' of {ScriptValue.Describe(target)}");
        if (name == "training")
            return false;                                                   // lume calls eval()
        return state.TryGet(name, out var value) ? Known(value) : throw new ScriptRefusal($"{ScriptCode.Plain(module.Type.ToString())} has no attribute '{name}'");
    }

    // A list may hold itself, or another list a thousand times.
    private object? Known(object? value)
    {
        Enter();
        var known = ValueOf(value);
        _depth--;
        return known;
    }

    private object? ValueOf(object? value) => value switch
    {
        null or bool or long or double or string or PickleObject => value,
        TorchTensor tensor => _tensors.TryGetValue(tensor, out var known) ? known : _tensors[tensor] = new(tensor.ToDoubles(), tensor.Shape, tensor.Storage.Type.IsFloat()),
        PickleTuple tuple => new ScriptList([.. tuple.Items.Select(Known)]),
        PickleList list => new ScriptList([.. list.Items.Select(Known)]),
        _ => throw new ScriptRefusal($"uses {PickleReader.Describe(value)}"),
    };

    private object? Global(string path)
    {
        if (path.StartsWith("__torch__.", StringComparison.Ordinal))
            return code.Function(path);
        return path.StartsWith("CONSTANTS.c", StringComparison.Ordinal) && int.TryParse(path["CONSTANTS.c".Length..], out var number) && number >= 0 && number < constants.Items.Length
            ? Known(constants.Items[number])
            : throw new ScriptRefusal($"'{path}' is not known");
    }

    private static object? Index(object? target, object? index) => (target, index) switch
    {
        (ScriptList list, long i) when i >= -list.Items.Count && i < list.Items.Count => list.Items[(int)(i < 0 ? i + list.Items.Count : i)],
        _ => throw new ScriptRefusal($"an element of {ScriptValue.Describe(target)}: picking columns or rows is not run here"),
    };

    private static object? Cast(string to, object? value) => (to, value) switch
    {
        ("int", long or ScriptRowCount) or ("float", double) or ("bool", bool) => value,
        ("int", double number) => (long)number,
        ("float", long number) => (double)number,
        _ => throw new ScriptRefusal($"{to}() of {ScriptValue.Describe(value)}"),
    };

    // torch.linear, ops.prim.RaiseException, __torch__.torch.nn.functional.elu, CONSTANTS.c0; null for an attribute of a value.
    private static string? PathOf(AttributeExpression attribute, Dictionary<string, object?> locals)
    {
        var path = attribute.Name;
        var at = attribute.Target;
        for (; at is AttributeExpression inner; at = inner.Target)
            path = $"{inner.Name}.{path}";
        return at is NameExpression { Name: "torch" or "ops" or "__torch__" or "CONSTANTS" } root && !locals.ContainsKey(root.Name) ? $"{root.Name}.{path}" : null;
    }

    private void Enter()
    {
        if (++_steps > MaxSteps)
            throw new TorchFileException(file, $"TorchScript of more than {MaxSteps:N0} steps");
        if (++_depth > MaxDepth)
            throw new TorchFileException(file, $"TorchScript whose calls are nested more than {MaxDepth} deep");
    }
}
