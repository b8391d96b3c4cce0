"""The register that has everything at once, counted again apart."""
