//! Generates the server traits of Temporal's services and of the module registry.
//!
//! Temporal's messages come from the crate temporalio-protos, which hands its descriptor set to
//! direct dependents; only the services are generated here.

use std::{env, fs, path::PathBuf};

use prost::Message;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let out = PathBuf::from(env::var("OUT_DIR")?);

    let temporal = env::var("DEP_TEMPORALIO_PROTOS_DESCRIPTOR_PATH")?;
    println!("cargo:rerun-if-changed={temporal}");
    let bytes = fs::read(&temporal)?;
    fs::write(out.join("temporal_descriptors.bin"), &bytes)?;
    let descriptors = prost_types::FileDescriptorSet::decode(bytes.as_slice())?;
    tonic_prost_build::configure()
        .build_client(false)
        .build_server(true)
        .generate_default_stubs(true)
        .extern_path(".temporal.api", "::temporalio_protos::temporal::api")
        .extern_path(".coresdk", "::temporalio_protos::coresdk")
        .extern_path(".google.protobuf", "::prost_wkt_types")
        .compile_well_known_types(true)
        .compile_fds(descriptors)?;

    println!("cargo:rerun-if-changed=sundial");
    let registry = protox::compile(["sundial/registry/v1/registry.proto"], ["."])?;
    fs::write(
        out.join("registry_descriptors.bin"),
        registry.encode_to_vec(),
    )?;
    let registry_out = out.join("registry");
    fs::create_dir_all(&registry_out)?;
    tonic_prost_build::configure()
        .build_client(true)
        .build_server(true)
        .extern_path(".google.protobuf", "::prost_wkt_types")
        .compile_well_known_types(true)
        .out_dir(registry_out)
        .compile_fds(registry)?;
    Ok(())
}
