namespace VirtTools.Api.Tests.Generator;

/// <summary>An API of a few actions that has one of everything the generator knows.</summary>
internal static class SmallApi
{
    public const string Source = """
        using VirtTools.Declarations;
        using VirtTools.Wire;

        namespace VirtTools
        {
            /// <summary>A thing on a device.</summary>
            /// <param name="ThingName">Its name.</param>
            [WireStruct("thing")]
            public sealed record Thing(
                [Device] string ThingName,
                [Uuid] string Uuid,
                [Field("sz")] long Size,
                int Number,
                uint Count,
                ulong Total,
                char Kind,
                float? Full,
                byte[] Data);
        }

        namespace VirtTools.Declarations
        {
            /// <summary>Things of the guest.</summary>
            [Actions]
            internal interface IThingActions
            {
                /// <summary>Looks at a thing.</summary>
                /// <param name="level">How closely, from 0.</param>
                /// <param name="closely">With glasses.</param>
                /// <param name="maxDepth">How deep, in metres.</param>
                /// <exception cref="GuestfsException">ENOENT: no such thing.</exception>
                [DaemonAction(7), Since(1, 2, 3), FeatureGroup("things"), ShellAlias("look", "peek")]
                Thing ThingLook([Pathname] string path, int level, [Optional] bool? closely, [Optional("max_depth")] long? maxDepth);

                /// <summary>All things of some devices.</summary>
                [DaemonAction(8), Since(1, 2, 4), DeprecatedBy("thing_look")]
                Thing[] ThingList([Device] IReadOnlyList<string> devices);

                /// <summary>Where things are.</summary>
                [DaemonAction(9, Name = "thingsWhere"), Since(1, 2, 5)]
                [return: Mountable]
                string[] ThingsWhere();

                /// <summary>Sends a thing.</summary>
                /// <param name="file">The thing.</param>
                /// <param name="event">What happened.</param>
                [DaemonAction(10), Since(1, 2, 6), Progress, Cancellable]
                void ThingIn(IncomingFile file, [Mountable] string where, [ArgumentName("key_text")] [Key] string keyText, string? @event);
            }

            /// <summary>Things of the handle.</summary>
            [Actions]
            internal interface IThingSettings
            {
                /// <summary>Sets the thing.</summary>
                /// <param name="on">True to have it.</param>
                /// <param name="secret">A word.</param>
                /// <param name="names">Its names.</param>
                [LibraryAction, Since(1, 0, 0), ConfigOnly]
                void SetThing(bool on, [Optional, Key] string? secret, [Optional] IReadOnlyList<string>? names);

                /// <summary>The thing, or null.</summary>
                [LibraryAction, Since(1, 0, 1), Blocking, InternalAction]
                string? GetThing();
            }
        }
        """;
}
