using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Freshet.Migrator.Running;

/// <summary>Checks the annotations of options and says every fault in their own words, without the names of types and members.</summary>
internal sealed class PlainValidation<TOptions> : IValidateOptions<TOptions>
    where TOptions : class
{
    public ValidateOptionsResult Validate(string? name, TOptions options)
    {
        var faults = new List<ValidationResult>();
        Validator.TryValidateObject(options, new ValidationContext(options), faults, validateAllProperties: true);
        return faults.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults.Select(fault => fault.ErrorMessage!));
    }
}
