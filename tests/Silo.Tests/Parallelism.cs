// Each test has a silo or a process of its own: side by side they would measure the patience of two cores.
[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
