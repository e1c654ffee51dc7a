#include "sandbox/embedded_init.h"

asm(".pushsection .rodata\n"
    ".balign 16\n"
    ".globl reckon_sandbox_init_begin\n"
    "reckon_sandbox_init_begin:\n"
    ".incbin \"" RECKON_SANDBOX_INIT_IMAGE "\"\n"
    ".globl reckon_sandbox_init_end\n"
    "reckon_sandbox_init_end:\n"
    ".byte 0\n"
    ".popsection\n");

extern "C" {
extern const char reckon_sandbox_init_begin[];
extern const char reckon_sandbox_init_end[];
}

namespace reckon::sandbox {

std::string_view embedded_init() {
  return {reckon_sandbox_init_begin, static_cast<std::size_t>(reckon_sandbox_init_end - reckon_sandbox_init_begin)};
}

}  // namespace reckon::sandbox
