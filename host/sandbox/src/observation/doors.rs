//! A component with a small core module more for each of its core instances, whose one function hashes that instance's memory and
//! globals, and with one more exported instance, which lifts those functions.

use wasm_encoder::{
    Alias, CanonicalFunctionSection, Component, ComponentAliasSection, ComponentExportKind,
    ComponentExportSection, ComponentInstanceSection, ComponentSectionId, ComponentTypeSection,
    ComponentValType, ExportKind, InstanceSection, ModuleArg, ModuleSection, PrimitiveValType,
    RawSection,
};
use wasmparser::{
    CanonicalFunction, ComponentAlias, ComponentExternalKind, ComponentOuterAliasKind,
    ExternalKind, Instance, Parser, Payload,
};

use super::{INTERFACE, NotObservable, door, hasher, open_module::OpenModule};

/// See [`observable`](super::observable).
pub(super) fn add(component: &[u8]) -> Result<Vec<u8>, NotObservable> {
    let mut outline = Outline::default();
    let mut opened = Component::new();
    outline.copy(component, &mut opened)?;
    let hashers: Vec<_> = outline
        .instances
        .iter()
        .filter(|(_, module)| outline.modules[*module as usize].has_state())
        .copied()
        .collect();

    let mut instances = InstanceSection::new();
    for (number, (instance, module)) in hashers.iter().enumerate() {
        let hasher = hasher::module(&outline.modules[*module as usize])?;
        opened.section(&ModuleSection(&hasher));
        instances.instantiate(
            index(outline.modules.len() + number),
            [(hasher::GUEST, ModuleArg::Instance(*instance))],
        );
    }
    opened.section(&instances);

    let mut aliases = ComponentAliasSection::new();
    for number in 0..hashers.len() {
        aliases.alias(Alias::CoreInstanceExport {
            instance: outline.core_instances + index(number),
            kind: ExportKind::Func,
            name: hasher::HASH,
        });
    }
    opened.section(&aliases);

    let mut types = ComponentTypeSection::new();
    let number = ComponentValType::Primitive(PrimitiveValType::U64);
    types
        .function()
        .params([("seed", number)])
        .result(Some(number));
    opened.section(&types);

    let mut functions = CanonicalFunctionSection::new();
    let mut doors = ComponentInstanceSection::new();
    let mut items = Vec::new();
    for number in 0..hashers.len() {
        functions.lift(outline.core_functions + index(number), outline.types, []);
        items.push((door(number), outline.functions + index(number)));
    }
    opened.section(&functions);
    doors.export_items(
        items
            .iter()
            .map(|(name, function)| (name.as_str(), ComponentExportKind::Func, *function)),
    );
    opened.section(&doors);
    let mut exports = ComponentExportSection::new();
    exports.export(
        INTERFACE,
        ComponentExportKind::Instance,
        outline.component_instances,
        None,
    );
    opened.section(&exports);
    Ok(opened.finish())
}

/// How far each index space of the component reaches.
#[derive(Default)]
struct Outline {
    modules: Vec<OpenModule>,
    /// Core instances that are made of a module: their index, and the module's.
    instances: Vec<(u32, u32)>,
    core_instances: u32,
    core_functions: u32,
    component_instances: u32,
    functions: u32,
    types: u32,
}

impl Outline {
    /// Copies a component section by section, with its core modules opened.
    fn copy(&mut self, component: &[u8], opened: &mut Component) -> Result<(), NotObservable> {
        // Payloads of what lies inside of a module or a nested component follow that one's own, and end with an end.
        let mut depth = 0_usize;
        for payload in Parser::new(0).parse_all(component) {
            let payload = payload.map_err(NotObservable::of)?;
            if depth > 0 {
                match payload {
                    Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
                    Payload::End(_) => depth -= 1,
                    _ => {}
                }
                continue;
            }
            match &payload {
                Payload::ModuleSection {
                    unchecked_range, ..
                } => {
                    let module = OpenModule::open(slice(component, unchecked_range))?;
                    opened.section(&RawSection {
                        id: ComponentSectionId::CoreModule.into(),
                        data: &module.bytes,
                    });
                    self.modules.push(module);
                    depth += 1;
                    continue;
                }
                Payload::ComponentSection {
                    unchecked_range, ..
                } => {
                    opened.section(&RawSection {
                        id: ComponentSectionId::Component.into(),
                        data: slice(component, unchecked_range),
                    });
                    depth += 1;
                    continue;
                }
                _ => {}
            }
            if let Some((id, range)) = payload.as_section() {
                opened.section(&RawSection {
                    id,
                    data: slice(component, &range),
                });
            }
            self.count(payload)?;
        }
        Ok(())
    }

    fn count(&mut self, payload: Payload<'_>) -> Result<(), NotObservable> {
        match payload {
            Payload::InstanceSection(section) => {
                for instance in section {
                    if let Instance::Instantiate { module_index, .. } =
                        instance.map_err(NotObservable::of)?
                    {
                        self.instances.push((self.core_instances, module_index));
                    }
                    self.core_instances += 1;
                }
            }
            Payload::ComponentInstanceSection(section) => {
                self.component_instances += section.count();
            }
            Payload::ComponentAliasSection(section) => {
                for alias in section {
                    self.count_alias(&alias.map_err(NotObservable::of)?)?;
                }
            }
            Payload::ComponentCanonicalSection(section) => {
                for function in section {
                    match function.map_err(NotObservable::of)? {
                        CanonicalFunction::Lift { .. } => self.functions += 1,
                        _ => self.core_functions += 1,
                    }
                }
            }
            Payload::ComponentImportSection(section) => {
                for import in section {
                    self.count_item(import.map_err(NotObservable::of)?.ty.kind());
                }
            }
            Payload::ComponentExportSection(section) => {
                for export in section {
                    self.count_item(export.map_err(NotObservable::of)?.kind);
                }
            }
            Payload::ComponentTypeSection(section) => self.types += section.count(),
            _ => {}
        }
        Ok(())
    }

    fn count_alias(&mut self, alias: &ComponentAlias<'_>) -> Result<(), NotObservable> {
        match alias {
            ComponentAlias::CoreInstanceExport {
                kind: ExternalKind::Func,
                ..
            } => self.core_functions += 1,
            ComponentAlias::CoreInstanceExport { .. } => {}
            ComponentAlias::InstanceExport { kind, .. } => self.count_item(*kind),
            ComponentAlias::Outer {
                kind: ComponentOuterAliasKind::Type,
                ..
            } => self.types += 1,
            ComponentAlias::Outer { kind, .. } => {
                return Err(NotObservable(format!(
                    "it aliases a {kind:?} of an outer component"
                )));
            }
        }
        Ok(())
    }

    fn count_item(&mut self, kind: ComponentExternalKind) {
        match kind {
            ComponentExternalKind::Func => self.functions += 1,
            ComponentExternalKind::Type => self.types += 1,
            ComponentExternalKind::Instance => self.component_instances += 1,
            ComponentExternalKind::Module
            | ComponentExternalKind::Component
            | ComponentExternalKind::Value => {}
        }
    }
}

fn slice<'a>(bytes: &'a [u8], range: &std::ops::Range<u64>) -> &'a [u8] {
    // The parser's ranges lie within what it parsed.
    &bytes[range.start as usize..range.end as usize]
}

fn index(number: usize) -> u32 {
    // A component has fewer modules than bytes, and those are bounded.
    number as u32
}
