// The command line program as a function: parses the arguments, runs a command, returns the exit code.
#pragma once

namespace reckon::cli {

int run(int argc, char** argv);

}  // namespace reckon::cli
