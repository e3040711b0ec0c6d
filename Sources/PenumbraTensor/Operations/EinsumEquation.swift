/// The subscript language of einsum: "bij,bjk->bik", "...ij->...ji", "ii".

/// An index of a sum: a letter, or a place of the ellipsis counted from its right end.
enum Subscript: Hashable {
  case letter(UInt8)
  case ellipsis(Int)

  var name: String {
    switch self {
    case .letter(let code): "'\(Character(UnicodeScalar(code)))'"
    case .ellipsis(let place): "'...' (dimension \(place + 1) from its end)"
    }
  }
}

/// What an equation says about given operands.
struct EinsumEquation {
  /// The subscripts of each operand's dimensions.
  private(set) var inputs: [[Subscript]] = []
  /// The subscripts of the result's dimensions.
  private(set) var output: [Subscript] = []
  /// The extent of each subscript; one of 1 gives way to another.
  private(set) var extents: [Subscript: Int] = [:]

  init(_ text: String, _ operands: [Tensor]) throws {
    let (terms, result) = try EinsumEquation.split(text)
    guard terms.count == operands.count else {
      throw EinsumEquation.error(
        "the equation \"\(text)\" has subscripts for \(terms.count) tensors, got \(operands.count)")
    }
    for (position, (term, operand)) in zip(terms, operands).enumerated() {
      try read(term, operand, position + 1)
    }
    let count = inputs.joined().reduce(0) {
      if case .ellipsis(let place) = $1 { max($0, place + 1) } else { $0 }
    }
    let ellipsis = (0..<count).reversed().map(Subscript.ellipsis)
    if let result { try read(result: result, ellipsis) } else { implyOutput(ellipsis) }
    guard output.count <= Dimensions.maximumRank else {
      throw EinsumEquation.error(
        "a result of \(output.count) dimensions; at most \(Dimensions.maximumRank) are possible")
    }
  }

  static func error(_ reason: String) -> TensorError { TensorError(.shape, "einsum", reason) }

  /// The letters of each operand, with 0 for an ellipsis, and those of the result if it has an arrow.
  private static func split(_ text: String) throws -> (terms: [[UInt8]], result: [UInt8]?) {
    var sides: [[[UInt8]]] = [[[]]]
    let characters = Array(text.utf8)
    var index = 0
    func next(_ offset: Int) -> UInt8? {
      index + offset < characters.count ? characters[index + offset] : nil
    }
    while let character = next(0) {
      let (side, term) = (sides.count - 1, sides[sides.count - 1].count - 1)
      switch character {
      case UInt8(ascii: " "): break
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"):
        sides[side][term].append(character)
      case UInt8(ascii: ".") where next(1) == character && next(2) == character:
        guard !sides[side][term].contains(0) else {
          throw error("\"\(text)\" has two ellipses for one tensor")
        }
        sides[side][term].append(0)
        index += 2
      case UInt8(ascii: ",") where side == 0: sides[side].append([])
      case UInt8(ascii: "-") where next(1) == UInt8(ascii: ">") && side == 0:
        sides.append([[]])
        index += 1
      default:
        throw error(
          "\"\(text)\": expected letters, \"...\", \",\" or one \"->\", got "
            + "'\(Character(UnicodeScalar(character)))' at place \(index + 1)")
      }
      index += 1
    }
    return (sides[0], sides.count > 1 ? sides[1][0] : nil)
  }

  private mutating func read(_ term: [UInt8], _ operand: Tensor, _ position: Int) throws {
    let letters = term.count { $0 != 0 }
    let open = term.contains(0) ? operand.rank - letters : 0
    guard open >= 0, letters + open == operand.rank else {
      throw EinsumEquation.error(
        "tensor \(position) has \(letters) subscripts\(term.contains(0) ? " besides '...'" : ""), "
          + "but shape \(operand.shape)")
    }
    var subscripts: [Subscript] = []
    for code in term {
      if code == 0 {
        subscripts += (0..<open).reversed().map(Subscript.ellipsis)
      } else {
        subscripts.append(.letter(code))
      }
    }
    var own: [Subscript: Int] = [:]
    for (axis, name) in subscripts.enumerated() {
      let extent = operand.shape[axis]
      if let other = own[name], other != extent {
        throw EinsumEquation.error(
          "subscript \(name.name) is repeated in tensor \(position), for extents \(other) and "
            + "\(extent)")
      }
      own[name] = extent
      let known = extents[name] ?? 1
      guard known == extent || known == 1 || extent == 1 else {
        throw EinsumEquation.error(
          "subscript \(name.name) has extent \(extent) in tensor \(position), but \(known) in one "
            + "before")
      }
      extents[name] = known == 1 ? extent : known
    }
    inputs.append(subscripts)
  }

  private mutating func read(result: [UInt8], _ ellipsis: [Subscript]) throws {
    for code in result {
      if code == 0 {
        output += ellipsis
        continue
      }
      let name = Subscript.letter(code)
      guard extents[name] != nil else {
        throw EinsumEquation.error("subscript \(name.name) of the result is in no tensor")
      }
      guard !output.contains(name) else {
        throw EinsumEquation.error("subscript \(name.name) is twice in the result")
      }
      output.append(name)
    }
  }

  /// Without an arrow: the ellipsis, then the letters that occur once, in the alphabet's order.
  private mutating func implyOutput(_ ellipsis: [Subscript]) {
    var counts: [UInt8: Int] = [:]
    for case .letter(let code) in inputs.joined() { counts[code, default: 0] += 1 }
    output = ellipsis + counts.filter { $0.value == 1 }.keys.sorted().map(Subscript.letter)
  }
}
