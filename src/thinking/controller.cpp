#include "thinking/controller.h"

namespace reckon {

Controllers clone_all(const Controllers& controllers) {
  Controllers copies;
  copies.reserve(controllers.size());
  for (const auto& controller : controllers) copies.push_back(controller->clone());
  return copies;
}

}  // namespace reckon
