// The executable of the sandbox's first process (init/), carried inside the library so that nothing has
// to be found at run time.
#pragma once

#include <string_view>

namespace reckon::sandbox {

std::string_view embedded_init();

}  // namespace reckon::sandbox
