// Votes: answers grouped as they come in, by canonical key first and by equivalence with each
// group's representative after. Always a partition, and the same for the same order of answers.
//
// A mark that only some answers carry (a unit, a name) is taken over by the group that they join, so
// that "10 cm" and "10 m" never meet in one group by way of a plain "10".
//
// Threading: one owner at a time. Cost: a hash lookup for a known form, else one equivalence test
// per group. Errors: none. Source: shared specification 6.7 (clustering) and sequential 6.1, 6.6.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "scoring/answer_value.h"

namespace reckon {

struct AnswerGroup {
  AnswerValue representative;  // with the marks of all members
  std::string surface;         // first-seen form, to show to people
  std::size_t count = 0;
  double weight = 0.0;
  std::size_t first_index = 0; // how many answers, missing ones included, came before its first
};

class AnswerGroups {
 public:
  // Index of the answer's group; nullopt for a missing answer, which votes for nothing. Weights that
  // are not finite or are negative count as 0.
  std::optional<std::size_t> add(const AnswerValue& answer, double weight = 1.0);

  const std::vector<AnswerGroup>& groups() const { return groups_; }  // in order of appearance
  std::size_t added() const { return added_; }
  std::size_t missing() const { return missing_; }
  double total_weight() const;

  // Largest group; ties go to the first seen. nullopt without any group.
  std::optional<std::size_t> leader_by_count() const;
  std::optional<std::size_t> leader_by_weight() const;
  // Group indices, largest count first, ties in order of appearance.
  std::vector<std::size_t> ranked_by_count() const;

 private:
  std::optional<std::size_t> find(const AnswerValue& answer, const std::string& key);

  std::vector<AnswerGroup> groups_;
  std::unordered_map<std::string, std::size_t> by_key_;
  std::size_t added_ = 0;
  std::size_t missing_ = 0;
};

}  // namespace reckon
