//! `completions`: a script that completes arguments, with the names that the program knows.
//!
//! The names are those of the moment at which the script is made. clap_complete could ask the
//! program each time instead, but not by an interface that is stable.

use clap::builder::PossibleValue;
use clap::{Arg, ValueHint};
use clap_complete::Shell;
use thinking_modules::registry;
use thinking_runtime::{FacetDefinition, Runtime};

/// Writes the script. `command` is what parses command lines: there a wrong name gets the message
/// of those who know what it names, so only here are the names values of the options.
pub(super) fn script(shell: Shell, command: clap::Command, runtime: &Runtime) -> String {
    let mut command = with_names(command, &Names::of(runtime));
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut command, runtime.main().target.name, &mut script);
    String::from_utf8_lossy(&script).into_owned()
}

struct Names {
    profiles: Vec<PossibleValue>,
    /// `facet.key=`
    settings: Vec<PossibleValue>,
    actions: Vec<PossibleValue>,
    facets: Vec<PossibleValue>,
}

impl Names {
    fn of(runtime: &Runtime) -> Names {
        let profile = |(name, about): (&String, &String)| {
            let profile = PossibleValue::new(name.clone());
            if about.is_empty() { profile } else { profile.help(about.clone()) }
        };
        let facets = || {
            let mut facets: Vec<_> =
                registry::items::<FacetDefinition>().map(|(_, facet)| facet).collect();
            facets.sort_by_key(|facet| facet.name);
            facets
        };
        let settings = facets().into_iter().flat_map(|facet| {
            let keys = facet.fields.iter().map(|field| format!("{}.{}=", facet.name, field.name));
            keys.map(PossibleValue::new)
        });
        Names {
            profiles: runtime.known_profiles().iter().map(profile).collect(),
            settings: settings.collect(),
            actions: runtime.optional_actions().map(PossibleValue::new).collect(),
            facets: facets().into_iter().map(|facet| PossibleValue::new(facet.name)).collect(),
        }
    }
}

/// Gives each argument that takes a name, also those of subcommands, the names that exist.
fn with_names(command: clap::Command, names: &Names) -> clap::Command {
    let complete = |argument: Arg| match argument.get_id().as_str() {
        "profile" => argument.value_parser(names.profiles.clone()),
        // The value follows the key without a space.
        "set" => argument.value_parser(names.settings.clone()).value_hint(ValueHint::Other),
        "disable" => argument.value_parser(names.actions.clone()),
        "facet" => argument.value_parser(names.facets.clone()),
        _ => argument,
    };
    command.mut_args(complete).mut_subcommands(|command| with_names(command, names))
}
