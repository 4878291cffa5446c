using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Freshet.Migrator.Running;

/// <summary>Says every fault of the options in the words of the options themselves, without naming types and members.</summary>
internal sealed class MigratorOptionsValidator : IValidateOptions<MigratorOptions>
{
    public ValidateOptionsResult Validate(string? name, MigratorOptions options)
    {
        var faults = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), faults, validateAllProperties: true);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults.Select(fault => fault.ErrorMessage!));
    }
}
