import linecache, os, sys, types
def take(count):
    data = b""
    while len(data) < count:
        more = os.read(0, count - len(data))
        if not more:
            os._exit(0)
        data += more
    return data
def size():
    return int.from_bytes(take(4), "little")
package = types.ModuleType("model_manager_worker")
package.__path__ = []
sys.modules[package.__name__] = package
for _ in range(size()):
    name, source = take(size()).decode(), take(size()).decode()
    module = types.ModuleType(package.__name__ + "." + name)
    module.__package__, module.__file__ = package.__name__, "<model manager>/" + name + ".py"
    linecache.cache[module.__file__] = (len(source), None, source.splitlines(True), module.__file__)
    sys.modules[module.__name__] = module
    exec(compile(source, module.__file__, "exec"), module.__dict__)
    setattr(package, name, module)
package.worker.main()
