// Shell completion, generated from the commands as they are and from the Specs.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace reckon::cli {

// What a value may be, by option ("--strategy") or by command and positional ("list kind").
using Candidates = std::map<std::string, std::vector<std::string>>;
Candidates all_candidates();

// For `source <(reckon completion bash)`. Candidates must be plain words.
std::string bash_completion(const CLI::App& app, const Candidates& candidates);
// The same under zsh's bash emulation.
std::string zsh_completion(const CLI::App& app, const Candidates& candidates);

}  // namespace reckon::cli
