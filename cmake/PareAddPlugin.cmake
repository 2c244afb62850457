# SPDX-License-Identifier: Apache-2.0
# pare_add_plugin(<kind> <name> [<source>]): builds <name>.c into
# <build folder>/plugins/<kind>/<name>.so, a folder that PARE_PLUGINS=<build
# folder>/plugins finds. The target is pare_<kind>_<name>.
function(pare_add_plugin kind name)
  set(source ${ARGV2})
  if(NOT source)
    set(source ${name}.c)
  endif()
  set(target pare_${kind}_${name})
  add_library(${target} MODULE ${source})
  set_target_properties(${target} PROPERTIES PREFIX "" SUFFIX ".so" OUTPUT_NAME ${name}
    LIBRARY_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/plugins/${kind}
    C_STANDARD 11 C_STANDARD_REQUIRED ON C_EXTENSIONS OFF C_VISIBILITY_PRESET hidden)
  target_compile_options(${target} PRIVATE -Wall -Wextra -ffp-contract=off)
  if(PARE_FUZZ) # clang would make the entry symbol larger than it is
    target_compile_options(${target} PRIVATE "SHELL:-mllvm -asan-globals=0")
  endif()
  target_link_libraries(${target} PRIVATE pare::pare m)
  target_link_options(${target} PRIVATE $<$<NOT:$<BOOL:${PARE_FUZZ}>>:-Wl,--no-undefined>
    -Wl,-z,relro,-z,now,-z,noexecstack)
endfunction()
