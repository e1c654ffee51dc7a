// The command line that makes the world of one run.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "base/status.h"
#include "sandbox/sandbox.h"

namespace reckon::sandbox {

// Descriptors of the bubblewrap process; the program's files follow from first_file_descriptor on.
constexpr int arguments_descriptor = 4;
constexpr int seccomp_descriptor = 5;
constexpr int init_descriptor = 6;
constexpr int first_file_descriptor = 7;

constexpr const char* init_path = "/init";

// Where bubblewrap is, or an empty path.
std::filesystem::path find_bubblewrap(const std::filesystem::path& wanted);

// invalid_argument unless there is something to run, the names of its files stay inside the working folder, and
// nothing could be read as an option of bubblewrap.
Status check_program(const Program& program);

// The names that every program gets, then its own.
std::vector<std::pair<std::string, std::string>> environment_of(const Program& program);

// All options, up to and without the command to run. Isolation::full or privileged.
std::vector<std::string> bubblewrap_options(const Program& program, Isolation isolation);

// The command line of the first process (init/), the program's own included; `user` as in init/protocol.h.
std::vector<std::string> init_arguments(std::string path, const Program& program, long user);

}  // namespace reckon::sandbox
