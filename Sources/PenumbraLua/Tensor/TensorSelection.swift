/// Parts of a tensor, chosen by position, index or mask, as methods.

internal import LuaEmbedding
internal import PenumbraTensor

enum TensorSelection {
  static let entries: [Entry] = [
    Entry(
      "narrow", "`length` positions of a dimension from `start`; a view", receiver,
      Parameter<Int>("dim", .dimension), Parameter<Int>("start", .index),
      Parameter<Int>("length", .integer), returns: "Tensor",
      example: "print(pn.arange(6):narrow(1, 2, 3))"
    ) { _, x, dim, start, length in
      let axis = try x.dimension(dim, "narrow")
      return try x.narrow(
        axis, start: start < 0 ? start + x.shape[axis] : start, count: length)
    },
    Entry(
      "select", "One position of a dimension, which goes away; a view", receiver,
      Parameter<Int>("dim", .dimension), Parameter<Int>("index", .index), returns: "Tensor",
      example: "print(pn.eye(3):select(1, 2))"
    ) { _, x, dim, index in try x.select(dim, index) },
    Entry(
      "index_select", "The slices of a dimension at the given indices", receiver,
      Parameter<Int>("dim", .dimension), Parameter<Tensor>("index", .indices), returns: "Tensor",
      example: "print(pn.eye(3):index_select(1, {3, 1}))"
    ) { _, x, dim, index in try x.indexSelect(dim, index) },
    Entry(
      "gather", "out[i][j] = x[i][index[i][j]] for dimension 2, and so on", receiver,
      Parameter<Int>("dim", .dimension), Parameter<Tensor>("index", .indices), returns: "Tensor",
      example: "local x = pn.tensor{{1, 2}, {3, 4}}\nprint(x:gather(2, pn.tensor{{1}, {2}}))"
    ) { _, x, dim, index in try x.gather(dim, index) },
    Entry(
      "take", "The elements at indices in row-major order, in the index's shape", receiver,
      Parameter<Tensor>("index", .indices), returns: "Tensor",
      example: "print(pn.eye(3):take({1, 5, -1}))"
    ) { _, x, index in try x.take(index) },
    Entry(
      "take_along_dim",
      "As `gather`, with the other dimensions broadcast; without dim, of all elements in order",
      receiver, Parameter<Tensor>("index", .indices),
      Parameter<Int?>.optional("dim", .dimension), returns: "Tensor",
      example: "local x = pn.tensor{{1, 2}, {3, 4}}\nprint(x:take_along_dim(pn.tensor{{2}}, 2))"
    ) { _, x, index, dim in try x.takeAlongDimension(index, dim) },
    Entry(
      "masked_select",
      "The elements at which the mask, which broadcasts, is true, in row-major order", receiver,
      Parameter<Tensor>("mask", .tensor), returns: "Tensor",
      example: "local x = pn.tensor{1, -2, 3}\nprint(x:masked_select(x:gt(0)))"
    ) { _, x, mask in try x.maskedSelect(mask) },
    Entry(
      "one_hot", "1 at each label's place: [...] → [..., classes]; labels count from 1", receiver,
      Parameter<Int>("classes", .count), returns: "Tensor",
      example: "print(pn.tensor{1, 3}:one_hot(3))"
    ) { _, x, classes in
      do {
        return try OneBased.positions(x).oneHot(classes)
      } catch let bad as BadValue {
        throw TensorError(.value, "one_hot", "expected \(bad.expected)")
      }
    },
  ]
}
