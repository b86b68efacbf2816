// SPDX-License-Identifier: LGPL-2.1-or-later
#include "core/cycles.h"

#include <algorithm>
#include <utility>

namespace caisson {
namespace {

// Tarjan's algorithm with a stack of its own: a chain of definitions may be long.
class Search {
public:
    explicit Search(const Graph& graph) : graph_(graph), vertices_(graph.size()) {}

    std::vector<std::vector<std::size_t>> run() {
        for (std::size_t root = 0; root < graph_.size(); ++root)
            if (vertices_[root].order == 0)
                visit(root);
        std::sort(components_.begin(), components_.end());
        return std::move(components_);
    }

private:
    struct Vertex {
        std::size_t order = 0;  // of discovery; 0 is undiscovered
        std::size_t lowest = 0;
        bool is_open = false;
        std::size_t next_edge = 0;
    };

    void discover(std::size_t vertex) {
        vertices_[vertex].order = vertices_[vertex].lowest = ++discovered_;
        vertices_[vertex].is_open = true;
        open_.push_back(vertex);
        path_.push_back(vertex);
    }

    void visit(std::size_t root) {
        discover(root);
        while (!path_.empty()) {
            const std::size_t current = path_.back();
            Vertex& vertex = vertices_[current];
            if (vertex.next_edge < graph_[current].size()) {
                const std::size_t to = graph_[current][vertex.next_edge++];
                if (vertices_[to].order == 0)
                    discover(to);
                else if (vertices_[to].is_open)
                    vertex.lowest = std::min(vertex.lowest, vertices_[to].order);
                continue;
            }
            path_.pop_back();
            if (!path_.empty()) {
                Vertex& parent = vertices_[path_.back()];
                parent.lowest = std::min(parent.lowest, vertex.lowest);
            }
            if (vertex.lowest == vertex.order)
                close(current);
        }
    }

    void close(std::size_t first) {
        std::vector<std::size_t> component;
        std::size_t vertex = 0;
        do {
            vertex = open_.back();
            open_.pop_back();
            vertices_[vertex].is_open = false;
            component.push_back(vertex);
        } while (vertex != first);
        const std::vector<std::size_t>& edges = graph_[first];
        const bool is_cyclic =
            component.size() > 1 || std::find(edges.begin(), edges.end(), first) != edges.end();
        if (!is_cyclic)
            return;
        std::sort(component.begin(), component.end());
        components_.push_back(std::move(component));
    }

    const Graph& graph_;
    std::vector<Vertex> vertices_;
    std::vector<std::size_t> open_;
    std::vector<std::size_t> path_;
    std::size_t discovered_ = 0;
    std::vector<std::vector<std::size_t>> components_;
};

}  // namespace

std::vector<std::vector<std::size_t>> find_cyclic_components(const Graph& graph) {
    return Search(graph).run();
}

}  // namespace caisson
