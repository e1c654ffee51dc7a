// What went wrong on the command line, in one line that says what to do.
#pragma once

#include "base/status.h"

namespace CLI {
class App;
class ParseError;
}  // namespace CLI

namespace reckon::cli {

// For an app that failed to parse with `error`. An unknown option or command is named with its
// nearest neighbour, before anything that may follow from it.
Status usage_error(const CLI::App& app, const CLI::ParseError& error);

}  // namespace reckon::cli
