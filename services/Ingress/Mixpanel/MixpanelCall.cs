namespace Freshet.Ingress.Mixpanel;

/// <summary>The addresses of Mixpanel's protocol.</summary>
public enum MixpanelCall
{
    /// <summary>Events of pages and apps, known by the project's token.</summary>
    Track = 0,

    /// <summary>Operations on profiles.</summary>
    Engage,

    /// <summary>Operations on groups: companies, accounts.</summary>
    Groups,

    /// <summary>Events from servers, also of long ago; wants a secret.</summary>
    Import,
}
