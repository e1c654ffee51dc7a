// The models of an engine by what they are asked for: the policy, which answers, and others for roles such
// as "reward" or "judge". Each has its scheduler, and with it its KV cache and decode thread. A role may be played by an
// endpoint instead, another engine that is asked in words.
//
// Threading: filled before the first run, only read afterwards. Deterministic mode: models decode on threads
// of their own, so a strategy that waits for one while another still runs has an answer, but not a bill, that
// repeats.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "engine/scheduler.h"
#include "model/chat_endpoint.h"

namespace reckon {

struct RoleModel {
  std::shared_ptr<const LanguageModel> model;
  std::unique_ptr<Scheduler> scheduler;
};

class ModelRoles {
 public:
  explicit ModelRoles(RoleModel policy) : policy_(std::move(policy)) {}
  void add(const std::string& role, RoleModel model) { others_.insert_or_assign(role, std::move(model)); }
  void add_endpoint(const std::string& role, std::shared_ptr<const ChatEndpoint> endpoint) { endpoints_.insert_or_assign(role, std::move(endpoint)); }
  // Null where no endpoint plays the role.
  const ChatEndpoint* endpoint(std::string_view role) const {
    const auto found = endpoints_.find(role);
    return found == endpoints_.end() ? nullptr : found->second.get();
  }
  bool has_endpoints() const { return !endpoints_.empty(); }
  const RoleModel& policy() const { return policy_; }
  // The policy for a role that has no model of its own.
  const RoleModel& find(std::string_view role) const {
    const auto found = others_.find(role);
    return found == others_.end() ? policy_ : found->second;
  }

 private:
  RoleModel policy_;
  std::map<std::string, RoleModel, std::less<>> others_;
  std::map<std::string, std::shared_ptr<const ChatEndpoint>, std::less<>> endpoints_;
};

}  // namespace reckon
