-- `luarocks make Scripts/luarocks/penumbra-0.1.0-1.rockspec` in a checkout builds penumbra.so with
-- Swift and installs it for Lua 5.4.
rockspec_format = "3.0"
package = "penumbra"
version = "0.1.0-1"
source = { url = "git+file://." }
description = {
  summary = "Tensors, networks, blur filters and noisy optimisers",
  detailed = "Tensors with automatic differentiation, GAN models, coarse-graining filters and Langevin samplers.",
  license = "MIT",
}
supported_platforms = { "linux" }
dependencies = { "lua >= 5.4, < 5.5" }
build = {
  type = "command",
  build_command = "Scripts/build",
  install = { lib = { penumbra = ".build/release/lua/penumbra.so" } },
}
