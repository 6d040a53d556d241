using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace VirtTools.Generator;

/// <summary>Takes the asynchrony out of a method, by its shape alone.</summary>
internal sealed class SyncRewriter : CSharpSyntaxRewriter
{
    private const string Token = "cancellationToken";

    public override SyntaxNode? VisitMethodDeclaration(MethodDeclarationSyntax node)
    {
        var attributes = node.AttributeLists
            .Select(list => list.WithAttributes(SyntaxFactory.SeparatedList(
                list.Attributes.Where(a => a.Name.ToString() is not ("SyncTwin" or "SyncTwinAttribute")))))
            .Where(list => list.Attributes.Count > 0);
        var trivia = node.GetLeadingTrivia();
        var stripped = node
            .WithAttributeLists(SyntaxFactory.List(attributes))
            .WithModifiers(SyntaxFactory.TokenList(node.Modifiers.Where(m => !m.IsKind(SyntaxKind.AsyncKeyword))))
            .WithIdentifier(SyntaxFactory.Identifier(WithoutAsync(node.Identifier.Text)));
        return base.VisitMethodDeclaration(stripped)!.WithLeadingTrivia(trivia.Where(t => t.HasStructure).Select(WithoutToken));
    }

    public override SyntaxNode? VisitLocalFunctionStatement(LocalFunctionStatementSyntax node) =>
        base.VisitLocalFunctionStatement(node
            .WithModifiers(SyntaxFactory.TokenList(node.Modifiers.Where(m => !m.IsKind(SyntaxKind.AsyncKeyword))))
            .WithIdentifier(SyntaxFactory.Identifier(WithoutAsync(node.Identifier.Text))));

    public override SyntaxNode? VisitGenericName(GenericNameSyntax node)
    {
        switch (node.Identifier.Text)
        {
            case "Task" or "ValueTask":
                return Visit(node.TypeArgumentList.Arguments[0]);
            case "IAsyncEnumerable":
                node = node.WithIdentifier(SyntaxFactory.Identifier("IEnumerable"));
                break;
        }

        var visited = (GenericNameSyntax)base.VisitGenericName(node)!;
        return visited.WithIdentifier(SyntaxFactory.Identifier(WithoutAsync(visited.Identifier.Text)));
    }

    public override SyntaxNode? VisitIdentifierName(IdentifierNameSyntax node) => node.Identifier.Text switch
    {
        "Task" or "ValueTask" => SyntaxFactory.PredefinedType(SyntaxFactory.Token(SyntaxKind.VoidKeyword)),
        var name when name != WithoutAsync(name) => node.WithIdentifier(SyntaxFactory.Identifier(WithoutAsync(name))),
        _ => node,
    };

    public override SyntaxNode? VisitAwaitExpression(AwaitExpressionSyntax node) => Visit(node.Expression)!.WithTriviaFrom(node);

    public override SyntaxNode? VisitInvocationExpression(InvocationExpressionSyntax node) =>
        node.Expression is MemberAccessExpressionSyntax { Name.Identifier.Text: "ConfigureAwait" } access
            ? Visit(access.Expression)
            : base.VisitInvocationExpression(node);

    public override SyntaxNode? VisitArgumentList(ArgumentListSyntax node)
    {
        var kept = node.Arguments.Where(a => !IsToken(a.Expression));
        return base.VisitArgumentList(node.WithArguments(SyntaxFactory.SeparatedList(kept)));
    }

    public override SyntaxNode? VisitParameterList(ParameterListSyntax node)
    {
        var kept = node.Parameters.Where(p => p.Type?.ToString() is not "CancellationToken");
        return base.VisitParameterList(node.WithParameters(SyntaxFactory.SeparatedList(kept)));
    }

    public override SyntaxNode? VisitExpressionStatement(ExpressionStatementSyntax node) =>
        node.Expression is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: IdentifierNameSyntax { Identifier.Text: Token } } }
            ? SyntaxFactory.EmptyStatement()
            : base.VisitExpressionStatement(node);

    public override SyntaxNode? VisitLocalDeclarationStatement(LocalDeclarationStatementSyntax node) =>
        base.VisitLocalDeclarationStatement(node.WithAwaitKeyword(default));

    public override SyntaxNode? VisitUsingStatement(UsingStatementSyntax node) =>
        base.VisitUsingStatement(node.WithAwaitKeyword(default));

    public override SyntaxNode? VisitForEachStatement(ForEachStatementSyntax node) =>
        base.VisitForEachStatement(node.WithAwaitKeyword(default));

    public override SyntaxNode? VisitParenthesizedLambdaExpression(ParenthesizedLambdaExpressionSyntax node) =>
        base.VisitParenthesizedLambdaExpression(node.WithModifiers(
            SyntaxFactory.TokenList(node.Modifiers.Where(m => !m.IsKind(SyntaxKind.AsyncKeyword)))));

    public override SyntaxNode? VisitSimpleLambdaExpression(SimpleLambdaExpressionSyntax node) =>
        base.VisitSimpleLambdaExpression(node.WithModifiers(
            SyntaxFactory.TokenList(node.Modifiers.Where(m => !m.IsKind(SyntaxKind.AsyncKeyword)))));

    /// <summary>A comment for a parameter that is gone would be a warning.</summary>
    private static SyntaxTrivia WithoutToken(SyntaxTrivia trivia)
    {
        if (trivia.GetStructure() is not DocumentationCommentTriviaSyntax comment)
        {
            return trivia;
        }

        var kept = comment.Content.Where(node => !IsTokenComment(node));
        return SyntaxFactory.Trivia(comment.WithContent(SyntaxFactory.List(kept)));
    }

    private static bool IsTokenComment(XmlNodeSyntax node) =>
        node is XmlElementSyntax { StartTag: { Name.LocalName.Text: "param" } tag }
        && tag.Attributes.OfType<XmlNameAttributeSyntax>().Any(a => a.Identifier.Identifier.Text == Token);

    private static bool IsToken(ExpressionSyntax expression) =>
        expression is IdentifierNameSyntax { Identifier.Text: Token } || expression.ToString() == "CancellationToken.None";

    private static string WithoutAsync(string name) =>
        name.Length > 5 && name.EndsWith("Async", StringComparison.Ordinal) ? name.Substring(0, name.Length - 5) : name;
}
