// A compute-optimal policy read back: which configuration to use for a question of this difficulty at this budget.
// Written by policy_json() (report_compute_optimal.h), followed by `reckon solve --policy`.
//
// Threading: pure functions over values.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "base/status.h"
#include "bench/compute_optimal.h"

namespace reckon {

struct PolicyBin {
  std::string name;
  double least = 0.0;  // least ease of the questions that it was made of
};

struct PolicyLevel {
  std::string name;                  // the configuration whose mean cost is the budget
  double budget = 0.0;               // mean cost per answer, in the policy's unit
  std::vector<std::string> choices;  // of each bin
};

struct Policy {
  std::string model;      // identity of the one that it was made with
  double difficulty_cost = 0.0;  // mean cost of the reference's answer, in the unit
  DifficultySource source = DifficultySource::predicted;
  std::string reference;  // the configuration whose agreement, or scores, say how easy a question is
  CostUnit unit = CostUnit::tokens;
  std::vector<PolicyBin> bins;      // easiest first; none of them empty
  std::vector<PolicyLevel> levels;  // cheapest first
  std::map<std::string, std::string> settings;  // of every configuration in it: a JSON object as text
};

// Errors: invalid_argument for what is no policy, for one whose difficulty only references tell, and for one without
// settings (of an older version).
Result<Policy> read_policy(const std::string& json);

// The bin of a question that is so easy: the easiest one that begins at or below that, else the hardest.
std::size_t bin_of(const Policy& policy, double ease);

}  // namespace reckon
