//! Finds everything that is wrong with a graph.

use std::collections::BTreeMap;

use thinking_runtime::Setting;

use super::finding::{AskedBy, Finding, Problem, Unused, WrongPick};
use super::walk::Walk;
use super::{Choice, Graph, Member, Standing, Surroundings, same_name};
use crate::choices::{Choices, Choosing};
use crate::requirement::{Arity, Asker, Requirement, TypeKey, Want};
use crate::scope::Scope;

impl Graph {
    /// Applies what the program decides; about one type the last one counts.
    pub(super) fn decide(&mut self, choices: &Choices) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (pick, place) in &choices.fallbacks {
            if !self.components.iter().any(|component| pick.matches(component)) {
                let (pick, place) = (pick.to_string(), *place);
                findings.push(Finding::NothingPicked { pick, place, decision: "a fallback" });
            }
        }
        for (decisions, forced) in [(&choices.defaults, false), (&choices.forced, true)] {
            for (position, choosing) in decisions.iter().enumerate() {
                if decisions[position + 1..].iter().any(|later| later.key == choosing.key) {
                    continue;
                }
                match self.pick(choosing) {
                    Ok(member) => self.prefer(choosing.key, member, forced),
                    Err((problem, candidates)) => findings.push(Finding::Pick {
                        choosing: choosing.clone(),
                        forced,
                        problem,
                        candidates,
                    }),
                }
            }
        }
        findings
    }

    fn prefer(&mut self, key: TypeKey, member: Member, forced: bool) {
        let Some(number) = self.number(key) else { return };
        let one = match forced {
            true => {
                self.forced.insert(number, member);
                Some(member)
            }
            false => {
                self.defaults.insert(number, member.component);
                self.choose_among(number, None).one()
            }
        };
        self.answers[number as usize].one = one;
    }

    /// Returns the one active component that a decision picks.
    fn pick(&self, choosing: &Choosing) -> Result<Member, (WrongPick, Vec<u32>)> {
        let Choosing { key, pick, .. } = choosing;
        let all = 0..self.components.len() as u32;
        let picked: Vec<_> = all.filter(|index| pick.matches(self.component(*index))).collect();
        let providers: Vec<_> = picked
            .iter()
            .filter_map(|index| {
                let provision = self.component(*index).provision(*key)?;
                let slot = (self.first_slot(*index) + provision) as u32;
                Some(Member { component: *index, slot })
            })
            .collect();
        let active: Vec<_> = providers.iter().filter(|m| self.is_active(m.component)).collect();
        let of = |members: Vec<Member>| members.iter().map(|member| member.component).collect();
        match active[..] {
            [one] => Ok(*one),
            [] if providers.is_empty() => Err((WrongPick::NoProvider, picked)),
            [] => Err((WrongPick::NotActive, of(providers))),
            _ => Err((WrongPick::Several, of(active.into_iter().copied().collect()))),
        }
    }

    /// Checks the requirements of the askers and of what is built, and the whole graph.
    pub(super) fn check(
        &self,
        around: &Surroundings<'_>,
        walk: &Walk<'_>,
        suspects: &[u32],
    ) -> Vec<Finding> {
        let mut findings = self.duplicates();
        self.check_conditions(around, &mut findings);
        let lives = self.lives(walk);
        for asker in around.askers {
            self.check_asker(asker, around, &lives, &mut findings);
        }
        for index in suspects.iter().filter(|index| walk.has_seen(**index)) {
            let component = self.component(*index);
            for requirement in &component.requirements {
                self.check_requirement(requirement, around, &mut findings, || AskedBy {
                    parameter: requirement.parameter,
                    owner: format!("component `{}`", component.path),
                    place: component.place,
                });
            }
        }
        findings.extend(walk.cycles.iter().cloned().map(Finding::Cycle));
        if lives.is_empty() {
            return findings;
        }
        for index in (0..self.components.len() as u32).filter(|index| walk.has_seen(*index)) {
            let component = self.component(index);
            if component.scope == Scope::Transient {
                if component.hooks.is_some() {
                    findings.push(Finding::HooksOfTransient(index));
                }
                continue;
            }
            let longest = component.scope;
            for held in self.held(index).iter().filter(|held| lives[**held as usize] > longest) {
                findings.push(Finding::WrongScope {
                    asker: AskedBy {
                        parameter: self.parameter(index, *held),
                        owner: format!("component `{}`", component.path),
                        place: component.place,
                    },
                    longest,
                    chain: self.down_to(*held, &lives),
                });
            }
        }
        findings
    }

    /// Returns the parameter that an edge stands for.
    pub(crate) fn parameter(&self, from: u32, to: u32) -> &'static str {
        let requirements = &self.component(from).requirements;
        let held = requirements.iter().filter(|requirement| requirement.want.is_held());
        let mut link = held.filter(|requirement| self.answers(requirement).contains(&to));
        link.next().map(|requirement| requirement.parameter).unwrap_or_default()
    }

    /// Names all who could answer, and why each does not: ``it needs the profile `gpu` ``.
    pub(super) fn others(&self, key: TypeKey, name: Option<&str>) -> Vec<(u32, String)> {
        let providers = (0..self.components.len() as u32)
            .filter(|index| self.component(*index).provision(key).is_some());
        providers
            .map(|index| {
                let component = self.component(index);
                let path = &component.path;
                let reason = match (&component.name, name, self.standing(index)) {
                    (Some(has), Some(name), _) if has != name => format!("has the name `{has}`"),
                    (None, Some(_), _) => "has no name".to_owned(),
                    (_, _, Standing::Inactive(unmet)) => {
                        format!("is not active: it needs {}", unmet.needs)
                    }
                    (_, _, Standing::Unknown) => {
                        "is not active: a facet that it depends on has mistakes".to_owned()
                    }
                    (_, _, Standing::Active) => {
                        let other = self.all(key).first().map(|member| member.component);
                        let other = other.map(|other| self.component(other).path());
                        format!("is a fallback, and gives way to `{}`", other.unwrap_or_default())
                    }
                };
                (index, format!("`{path}` {reason}"))
            })
            .collect()
    }

    /// Returns what would make an inactive component active.
    pub(super) fn remedy(&self, index: u32) -> Option<String> {
        match self.standing(index) {
            Standing::Inactive(unmet) => unmet.flags(),
            _ => None,
        }
    }

    fn check_asker(
        &self,
        asker: &Asker,
        around: &Surroundings<'_>,
        lives: &[Scope],
        findings: &mut Vec<Finding>,
    ) {
        for requirement in &asker.requirements {
            let asked_by = || AskedBy {
                parameter: requirement.parameter,
                owner: asker.label.clone(),
                place: asker.place,
            };
            self.check_requirement(requirement, around, findings, asked_by);
            if requirement.want.is_held() && asker.scope != Scope::Transient && !lives.is_empty() {
                let mut answers = self.answers(requirement).into_iter();
                if let Some(held) = answers.find(|held| lives[*held as usize] > asker.scope) {
                    let (longest, chain) = (asker.scope, self.down_to(held, lives));
                    findings.push(Finding::WrongScope { asker: asked_by(), longest, chain });
                }
            }
        }
    }

    fn check_requirement(
        &self,
        requirement: &Requirement,
        around: &Surroundings<'_>,
        findings: &mut Vec<Finding>,
        asked_by: impl Fn() -> AskedBy,
    ) {
        let mut found = |problem| Finding::collect(findings, requirement, asked_by(), problem);
        match requirement.want {
            Want::Tokio | Want::Nothing => {}
            Want::Facet(key) if (around.has_facet)(key.id()) => {}
            Want::Facet(_) => found(Problem::UnknownFacet),
            Want::Components(key, arity) | Want::Later(key, arity) => match arity {
                Arity::All => {}
                Arity::ByName if requirement.name.is_some() => found(Problem::NamedMap),
                Arity::ByName => self.by_name(key).into_iter().for_each(found),
                Arity::One | Arity::Optional => {
                    if let Some(problem) = self.check_one(key, arity, requirement.name, around) {
                        found(problem);
                    }
                }
            },
            Want::Fresh(key) => match self.choose(key, requirement.name) {
                Choice::One(member) => {
                    if self.component(member.component).scope != Scope::Transient {
                        found(Problem::NotTransient(member.component));
                    }
                }
                _ => {
                    let problem = self.check_one(key, Arity::One, requirement.name, around);
                    problem.into_iter().for_each(found);
                }
            },
        }
    }

    fn check_one(
        &self,
        key: TypeKey,
        arity: Arity,
        name: Option<&str>,
        around: &Surroundings<'_>,
    ) -> Option<Problem> {
        match self.choose(key, name) {
            Choice::One(_) => None,
            Choice::Ambiguous(candidates) => Some(Problem::Ambiguous(candidates)),
            Choice::None if arity == Arity::Optional => None,
            Choice::None if around.excused.contains(&key.id()) => None,
            Choice::None => {
                let mut standings = self.components.iter().zip(&self.standings);
                // Its facet's mistakes are reported, and say it better.
                let excused = standings.any(|(component, standing)| {
                    matches!(standing, Standing::Unknown) && component.provision(key).is_some()
                });
                (!excused).then_some(Problem::Missing)
            }
        }
    }

    /// Checks that all that take part can be told apart by their names.
    fn by_name(&self, key: TypeKey) -> Vec<Problem> {
        let mut names: BTreeMap<&str, usize> = BTreeMap::new();
        let mut unnamed = Vec::new();
        for member in self.all(key) {
            match self.component(member.component).name.as_deref() {
                Some(name) => *names.entry(name).or_default() += 1,
                None => unnamed.push(member.component),
            }
        }
        let mut problems = Vec::new();
        if !unnamed.is_empty() {
            problems.push(Problem::Unnamed(unnamed));
        }
        let doubles = names.into_iter().filter(|(_, count)| *count > 1);
        problems.extend(doubles.filter_map(|(name, _)| match self.choose(key, Some(name)) {
            Choice::Ambiguous(candidates) => {
                Some(Problem::SameName { name: name.to_owned(), candidates })
            }
            _ => None,
        }));
        problems
    }

    /// Finds active components with the same full name, which tells them apart in records.
    fn duplicates(&self) -> Vec<Finding> {
        if self.components.windows(2).all(|two| !same_name(&two[0], &two[1])) {
            return Vec::new();
        }
        let active: Vec<_> =
            (0..self.components.len() as u32).filter(|index| self.is_active(*index)).collect();
        let same = |a: &u32, b: &u32| same_name(self.component(*a), self.component(*b));
        let groups = active.chunk_by(same).filter(|group| group.len() > 1);
        groups.map(|group| Finding::Duplicate(group.to_vec())).collect()
    }

    /// Finds conditions about facets and keys that do not exist.
    fn check_conditions(&self, around: &Surroundings<'_>, findings: &mut Vec<Finding>) {
        if self.standings.is_empty() {
            return;
        }
        for (index, component) in self.components.iter().enumerate() {
            let settings = component.conditions.iter().flat_map(|condition| condition.settings());
            for (condition, facet, key) in settings {
                let unused = match (around.setting)(facet, key) {
                    Some(Setting::UnknownFacet { known }) => Unused::Facet { facet, known },
                    Some(Setting::UnknownKey { key, known }) => Unused::Key { facet, key, known },
                    Some(Setting::Secret) => Unused::Secret { facet, key },
                    _ => continue,
                };
                let (component, condition) = (index as u32, condition.to_string());
                findings.push(Finding::UnusedCondition { component, condition, unused });
            }
        }
    }

    /// Returns how long each component that is needed can live at most: a transient one as long
    /// as what it holds. Nothing if all are singletons.
    fn lives(&self, walk: &Walk<'_>) -> Vec<Scope> {
        if !self.has_short_lived {
            return Vec::new();
        }
        let mut lives: Vec<_> = self.components.iter().map(|component| component.scope).collect();
        let transient = |index: &&u32| self.component(**index).scope == Scope::Transient;
        for index in walk.order.iter().filter(transient) {
            let held = self.held(*index).iter().map(|held| match lives[*held as usize] {
                Scope::Transient => Scope::Singleton,
                scope => scope,
            });
            lives[*index as usize] = held.max().unwrap_or_default();
        }
        lives
    }

    /// Follows transient components to the one whose life is short.
    fn down_to(&self, start: u32, lives: &[Scope]) -> Vec<u32> {
        let life = lives[start as usize];
        let mut chain = vec![start];
        let mut index = start;
        while self.component(index).scope == Scope::Transient {
            let mut held = self.held(index).iter().filter(|held| !chain.contains(held));
            let Some(next) = held.find(|held| lives[**held as usize] == life) else { break };
            index = *next;
            chain.push(index);
        }
        chain
    }
}
