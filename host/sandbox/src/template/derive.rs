//! Makes the compiled form of a component from that of another one with the same code.
//!
//! wasmtime's own translator reads the new component, as it does before it compiles: what memory and globals begin with comes from there,
//! and everything else that it says must be what it said of the template. Functions are then taken as they are. The outcome is what a
//! compilation gives, byte for byte; when anything is not as expected there is no outcome, and the component is compiled.

use wasmtime_environ::{
    ModuleTranslation, PrimaryMap, ScopeVec, StaticModuleIndex,
    component::{
        ComponentArtifacts, ComponentTranslation, ComponentTypes, ComponentTypesBuilder,
        Translator, TypeComponentIndex,
    },
    obj::{ELF_WASM_DATA, ELF_WASMTIME_ADDRMAP, ELF_WASMTIME_INFO},
    wasmparser::Validator,
};

use super::{
    alike::{adopt, same},
    object_file::{ObjectFile, align},
    positions::{Functions, shift_address_map},
    settings::Settings,
    unfit::{Unfit, require},
};
use crate::engine::DENSE_IMAGE_BYTES;

/// Compiled code of `component`, made from compiled code of a component that has the same [shape](super::shape::Shape).
///
/// `free_minimum` says that the code knows nothing of its memory's minimum; without it the minimum must be the same.
pub(crate) fn derive(
    template: &[u8],
    component: &[u8],
    free_minimum: bool,
) -> Result<Vec<u8>, Unfit> {
    let file = ObjectFile::parse(template)?;
    let settings = Settings::of(&file)?;
    let mut artifacts: ComponentArtifacts = postcard::from_bytes(file.section(ELF_WASMTIME_INFO)?)
        .map_err(|_| Unfit("the template does not say what is in it"))?;
    let page_bytes = file.alignment(ELF_WASM_DATA)?;
    let scope = ScopeVec::new();
    let new = Translated::new(component, &settings, page_bytes, &scope)?;
    same(
        &artifacts.info.component,
        &new.component.component,
        "the component was translated differently",
    )?;
    same(
        &artifacts.types,
        &new.types,
        "types were translated differently",
    )?;
    same(&artifacts.ty, &new.ty, "the component has another type")?;
    require(
        artifacts.static_modules.len() == new.modules.len(),
        "the component has more modules, or less",
    )?;

    let mut data = Data::new(new.modules.values());
    let mut functions = Functions::of(&artifacts.table)?;
    let mut shifts = Vec::new();
    for (index, mut module) in new.modules {
        let template = &mut artifacts.static_modules[index];
        require(
            template.meta.has_unparsed_debuginfo == module.has_unparsed_debuginfo,
            "the component has other debug information",
        )?;
        data.append(&mut module)?;
        adopt(&mut template.module, &mut module, free_minimum)?;
        let code_at = module.debuginfo.wasm_file.code_section_offset;
        let shift = code_at.wrapping_sub(template.meta.code_section_offset);
        template.meta.code_section_offset = code_at;
        shifts.extend(functions.shift(index, shift.cast_signed()));
    }
    require(data.alignment == page_bytes, "memory has no image")?;
    let mut address_map = file.section(ELF_WASMTIME_ADDRMAP)?.to_vec();
    if shifts.iter().any(|shift| !shift.is_none()) {
        for shift in &shifts {
            functions.apply(shift)?;
        }
        artifacts.table = functions.into_table()?;
        address_map = shift_address_map(&address_map, &shifts)?;
    }
    let info = postcard::to_allocvec(&artifacts)
        .map_err(|_| Unfit("what is in the component can't be written"))?;
    file.with(&[
        (ELF_WASM_DATA, &data.bytes),
        (ELF_WASMTIME_INFO, &info),
        (ELF_WASMTIME_ADDRMAP, &address_map),
    ])
}

/// A component as the compiler sees it.
struct Translated<'a> {
    component: ComponentTranslation,
    modules: PrimaryMap<StaticModuleIndex, ModuleTranslation<'a>>,
    types: ComponentTypes,
    ty: TypeComponentIndex,
}

impl<'a> Translated<'a> {
    /// The same steps as wasmtime's `build_component_artifacts` and `prepare_translation`, up to where functions are compiled.
    fn new(
        component: &'a [u8],
        settings: &Settings,
        page_bytes: usize,
        scope: &'a ScopeVec<u8>,
    ) -> Result<Self, Unfit> {
        let tunables = &settings.tunables;
        let mut validator = Validator::new_with_features(settings.features);
        let mut types = ComponentTypesBuilder::new(&validator);
        let (component, mut modules) = Translator::new(tunables, &mut validator, &mut types, scope)
            .translate(component)
            .map_err(|_| Unfit("the component can't be translated"))?;
        for (_, module) in &mut modules {
            let types = types.module_types_builder_mut();
            module.finalize_memory_init(tunables, page_bytes as u64, DENSE_IMAGE_BYTES, types);
            module.finalize_table_init(tunables, types);
        }
        let (types, ty) = types.finish(&component.component);
        Ok(Self {
            component,
            modules,
            types,
            ty,
        })
    }
}

/// The data of all modules, one after the other, as wasmtime's `ObjectBuilder::append` places it.
struct Data {
    bytes: Vec<u8>,
    /// What its beginning must be a multiple of, in bytes.
    alignment: usize,
}

impl Data {
    /// Without any yet, with room for that of these modules.
    fn new<'a>(modules: impl Iterator<Item = &'a ModuleTranslation<'a>>) -> Self {
        let bytes: usize = modules
            .flat_map(|module| module.runtime_data.values())
            .map(|data| data.len())
            .sum();
        Self {
            bytes: Vec::with_capacity(bytes),
            alignment: 1,
        }
    }

    /// Adds a module's, and tells the module where it is.
    fn append(&mut self, module: &mut ModuleTranslation<'_>) -> Result<(), Unfit> {
        let alignment = module
            .data_align
            .map_or(Ok(1), usize::try_from)
            .map_err(|_| Unfit("data is aligned to more than there is"))?;
        self.alignment = self.alignment.max(alignment);
        align(&mut self.bytes, alignment);
        let too_long = Unfit("data is longer than 4 GiB");
        let start = u32::try_from(self.bytes.len()).map_err(|_| too_long)?;
        for data in module.runtime_data.values() {
            self.bytes.extend_from_slice(data);
        }
        for range in module.module.runtime_data.values_mut() {
            range.start = range.start.checked_add(start).ok_or(too_long)?;
            range.end = range.end.checked_add(start).ok_or(too_long)?;
        }
        Ok(())
    }
}
