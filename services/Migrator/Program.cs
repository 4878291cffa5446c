using Freshet.Migrator.Running;

return await new MigratorProgram(Console.Out, Console.Error).RunAsync(args, CancellationToken.None);
